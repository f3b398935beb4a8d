namespace Assist.Outputs.Eapi;

/// <summary>What `setup` or `unsetup` would do, in order.</summary>
/// <param name="Findings">What is not as the wiring needs it, for the operator.</param>
public sealed record SetupPlan(IReadOnlyList<string> Findings, IReadOnlyList<SetupStep> Steps)
{
    /// <summary>Names of flows that contradict ours and are somebody else's: their owner may remove them.</summary>
    public IReadOnlyList<string> ByHand { get; init; } = [];

    /// <summary>Why nothing can be done before somebody else has decided; null where nothing stands in the
    /// way.</summary>
    public string? Refusal { get; init; }

    /// <summary>True where nothing is to be done, by us or by hand.</summary>
    public bool IsEmpty => Steps.Count + ByHand.Count == 0 && Refusal is null;
}

/// <summary>One request: what it is for, and its commands.</summary>
public sealed record SetupStep(string Purpose, IReadOnlyList<EapiCommand> Commands)
{
    /// <summary>Names of flows that the step makes and that did not act before: the only ones it may
    /// withdraw.</summary>
    public IReadOnlyList<string> NewFlows { get; init; } = [];

    /// <summary>True where it takes away what is on the switch and may act: an operator has to agree.</summary>
    public bool NeedsConsent { get; init; }

    /// <summary>The config session that its commands open, to be aborted after an error; null where there is
    /// none.</summary>
    public string? Session { get; init; }

    internal static SetupStep Of(string purpose, IEnumerable<string> lines) =>
        new(purpose, [.. ((string[])["enable", "configure", .. lines, "end"]).Select(line => new EapiCommand(line))]);
}
