using Assist.Outputs.Eapi;

namespace Assist.Outputs.DirectFlow;

/// <summary>Whether the switch can do the work, and for how many flows.</summary>
public sealed record DirectFlowFacts
{
    /// <summary>The first release with `show directflow detail`, as the original requires it.</summary>
    public static readonly EosVersion MinimumVersion = new(4, 14, 6);

    private static readonly EapiCommand[] s_section = ["enable", "show running-config section directflow"];

    public bool IsOn { get; init; }

    /// <summary>Why the switch does not say whether it is on; null where it does.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Entries that its hardware has for flows; null where it does not say.</summary>
    public int? FlowCapacity { get; init; }

    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<DirectFlowFacts> ReadAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        // The word `no shutdown` in the mode's section is what the original looks for; no command tells it apart.
        using var section = await eapi.AskAsync(
            s_section, EapiFormat.Text, cancellation);
        // Only Trident answers it; what tells it on others nobody could verify.
        using var tcam = await eapi.AskAsync(["enable", "show platform trident tcam"], EapiFormat.Text, cancellation);
        return Of(section, tcam);
    }

    /// <summary>The same from answers at hand.</summary>
    internal static DirectFlowFacts Of(EapiResponse section, EapiResponse tcam) => new()
    {
        IsOn = section.Error is null && HasNoShutdown(section.Output(1)),
        Unreadable = section.Error is { } error
            ? $"the switch refused '{s_section[section.FailedCommand == 0 ? 0 : 1].Text}': {error.Reason}" : null,
        FlowCapacity = tcam.Error is null ? TcamSummary.FlowCapacity(tcam.Output(1)) : null,
    };

    /// <summary>What keeps the daemon from working, with the way out; null where nothing does.</summary>
    public string? FaultOn(EosFacts eos)
    {
        ArgumentNullException.ThrowIfNull(eos);
        if (EosVersion.TryParse(eos.Version, out var version) && version.IsBefore(MinimumVersion))
            return $"EOS {eos.Version} is too old: DirectFlow needs {MinimumVersion} or later";
        return Unreadable
            ?? (IsOn ? null : "DirectFlow is off on the switch; run `assist setup`, or: directflow / no shutdown");
    }

    private static bool HasNoShutdown(string section) => section.Split('\n').Any(line => line.Trim() == "no shutdown");
}
