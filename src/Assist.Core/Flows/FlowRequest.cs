namespace Assist.Flows;

/// <summary>What a request wants of the flow table.</summary>
public enum RequestKind : byte
{
    /// <summary>The flow of the verdict.</summary>
    Install,

    /// <summary>The bypass of the verdict's session is to go, if there is one.</summary>
    TakeBack,
}

/// <summary>A verdict on its way to the table, and what is asked for it.</summary>
/// <param name="ReceivedAt">When its message came, monotonic.</param>
public readonly record struct FlowRequest(Verdict Verdict, TimeSpan ReceivedAt)
{
    public RequestKind Kind { get; init; }

    /// <summary>For <see cref="RequestKind.TakeBack"/>: what the message becomes where there is nothing to take
    /// back.</summary>
    public Outcome IfNothingWasThere { get; init; }

    /// <summary>Told once what became of the request, for inputs that must answer; null for logs. Called by the loop
    /// that owns the table, so it must return at once and not throw. Not called for what the inbox refused.</summary>
    public Action<Outcome>? Answered { get; init; }

    public Origin? Origin => Verdict.Origin;

    internal bool AsksForBypass => Kind == RequestKind.Install && Verdict.Flow.Action == FlowAction.Bypass;

    /// <param name="otherwise">See <see cref="IfNothingWasThere"/>.</param>
    public static FlowRequest ToTakeBack(in Verdict verdict, TimeSpan receivedAt, Outcome otherwise) =>
        new(verdict, receivedAt) { Kind = RequestKind.TakeBack, IfNothingWasThere = otherwise };
}
