using Assist.Outputs.Eapi;

namespace Assist.Outputs.DirectFlow;

/// <summary>What `setup` wants beside the static flows.</summary>
public sealed record HardeningOptions
{
    /// <summary>Storm-control levels on the ports towards the firewall: decimals from 0 to 100, in percent of the
    /// port's speed, checked when the configuration is read.</summary>
    public string StormControlBroadcast { get; init; } = "0.1";
    public string StormControlMulticast { get; init; } = "0.1";
}

/// <summary>What `setup` or `unsetup` would do, in order.</summary>
/// <param name="Findings">What is not as the wiring needs it, for the operator.</param>
public sealed record SetupPlan(IReadOnlyList<string> Findings, IReadOnlyList<SetupStep> Steps)
{
    /// <summary>Names of flows that contradict ours and are somebody else's: their owner may remove them.</summary>
    public IReadOnlyList<string> ByHand { get; init; } = [];

    /// <summary>True where nothing is to be done, by us or by hand.</summary>
    public bool IsEmpty => Steps.Count + ByHand.Count == 0;
}

/// <summary>One request: what it is for, and its commands.</summary>
public sealed record SetupStep(string Purpose, IReadOnlyList<EapiCommand> Commands)
{
    /// <summary>Names of flows that the step makes and that did not act before: the only ones it may
    /// withdraw.</summary>
    public IReadOnlyList<string> NewFlows { get; init; } = [];

    /// <summary>True where it takes away what is on the switch and may act: an operator has to agree.</summary>
    public bool NeedsConsent { get; init; }

    internal static SetupStep Of(string purpose, IEnumerable<string> lines) =>
        new(purpose, [.. ((string[])["enable", "configure", .. lines, "end"]).Select(line => new EapiCommand(line))]);
}
