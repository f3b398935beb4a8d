using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.OnSwitch;

/// <summary>How the daemon is to run on the switch.</summary>
public sealed record OnSwitchOptions
{
    private const int LongestPath = 200;
    private const int LongestName = 100;

    /// <summary>Path of the program; <see cref="IsPath"/> holds.</summary>
    public string Program { get; init; } = "/usr/bin/assist";

    /// <summary>Path of its configuration on the switch; <see cref="IsPath"/> holds.</summary>
    public required string Configuration { get; init; }

    /// <summary>The VRF that the firewall's logs arrive in; null is the default one. <see cref="IsVrf"/>
    /// holds.</summary>
    public string? Vrf { get; init; }

    /// <summary>Started once at boot by an event-handler instead of kept by EOS as a daemon.</summary>
    public bool IsByEventHandler { get; init; }

    /// <summary>Path of the log that the start line sets, where the configuration sets none; <see cref="IsPath"/>
    /// holds. Null leaves the log to whoever starts the daemon.</summary>
    public string? LogFile { get; init; }

    /// <summary>What the control plane has to let in.</summary>
    public IReadOnlyList<OpenPort> Ports { get; init; } = [];

    /// <summary>True for a path that may stand in a command and in a shell.</summary>
    public static bool IsPath(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith('/') && text.Length <= LongestPath
            && text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal));
    }

    /// <summary>True for a name of a VRF that may stand in a command and in a shell.</summary>
    public static bool IsVrf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
    }

    internal string Command(string command)
    {
        var log = LogFile is null ? "" : $"--set log.file={LogFile} ";
        var assist = $"{Program} --config {Configuration} {log}{command}";
        // Each VRF is a network namespace of that name.
        return Vrf is null ? assist : $"/usr/sbin/ip netns exec ns-{Vrf} {assist}";
    }
}

/// <summary>What is to be done on the switch, and how it is taken back.</summary>
/// <param name="ByHand">What only an operator can do or decide.</param>
public sealed record OnSwitchPlan(IReadOnlyList<string> ByHand, IReadOnlyList<OnSwitchPart> Parts)
{
    public IReadOnlyList<SetupStep> Steps => [.. Parts.Select(part => part.Step)];

    /// <summary>Lines of EOS that take the steps back.</summary>
    public IReadOnlyList<string> Undo => [.. Parts.Reverse().SelectMany(part => part.Undo)];

    public bool IsDone => ByHand.Count == 0 && Parts.Count == 0;
}

/// <summary>A step, and the lines that take it back.</summary>
public sealed record OnSwitchPart(SetupStep Step, IReadOnlyList<string> Undo)
{
    internal static OnSwitchPart Of(string purpose, IEnumerable<string> lines, params IReadOnlyList<string> undo) =>
        new(SetupStep.Of(purpose, lines) with { NeedsConsent = true }, undo);
}
