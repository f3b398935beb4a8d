using System.Reflection;
using System.Text.Json;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Telemetry;

namespace Assist.Control;

/// <summary>Puts the daemon's state into the words of `status` and `monitor`.</summary>
internal static class StatusView
{
    /// <summary>Without the commit and its date, which a published program has behind a blank: `assist
    /// --version`.</summary>
    public static string Version { get; } = (typeof(StatusView).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split(' ')[0];

    public static string ModeName(OperatingMode mode) => mode switch
    {
        OperatingMode.Shunt => "shunt",
        OperatingMode.Inline => "inline",
        OperatingMode.Mirror => "mirror",
        _ => "mirror_and_shunt",
    };

    public static string Listener(BoundEndpoint listener) =>
        $"{listener.Transport.ToString().ToLowerInvariant()} {listener.EndPoint}";

    public static Dictionary<string, long> Outcomes(Func<Outcome, long> count) =>
        Enum.GetValues<Outcome>().ToDictionary(Counters.Name, count, StringComparer.Ordinal);

    public static Dictionary<string, TransportStatus> Transports(Counters counters) =>
        Enum.GetValues<Transport>().ToDictionary(
            transport => transport.ToString().ToLowerInvariant(),
            transport => new TransportStatus(
                counters.ReceivedOf(transport), Outcomes(outcome => counters.Of(transport, outcome))),
            StringComparer.Ordinal);

    /// <param name="now">On the clock of the receivers.</param>
    public static IReadOnlyList<SenderStatus> Senders(SenderStatistics senders, TimeSpan now) =>
    [
        .. senders.Known.Select(counts => Sender($"{counts.Sender}", counts, now)),
        .. senders.Others.LastHeard is null ? [] : new[] { Sender("others", senders.Others, now) },
    ];

    private static SenderStatus Sender(string name, SenderCounts counts, TimeSpan now)
    {
        var transports = new Dictionary<string, SenderTransport>(StringComparer.Ordinal);
        foreach (var transport in Enum.GetValues<Transport>())
        {
            if (counts.LastHeardBy(transport) is not { } heard) continue;
            var outcomes = Outcomes(outcome => counts.Of(transport, outcome))
                .Where(count => count.Value > 0).ToDictionary(StringComparer.Ordinal);
            transports[transport.ToString().ToLowerInvariant()] =
                new SenderTransport(outcomes.Values.Sum(), (long)(now - heard).TotalSeconds, outcomes);
        }
        return new SenderStatus(
            name, counts.Total(), (long?)(now - counts.LastHeard)?.TotalSeconds, transports);
    }

    public static Dictionary<string, long> Rejected(Counters counters) =>
        Enum.GetValues<SyslogRefusal>().ToDictionary(Counters.Name, counters.Total, StringComparer.Ordinal);

    public static IReadOnlyList<SequenceStatus>? Sequences(LogSequences sequences) =>
        sequences.Known is { Count: > 0 } known ? [.. known.Select(SequenceOf)] : null;

    private static SequenceStatus SequenceOf(LogSequence sequence)
    {
        var counts = sequence.Counts;
        return new SequenceStatus(
            sequence.Key.SerialText, sequence.Key.Type, counts.Received, counts.Missing, counts.Repeated,
            counts.Restarted);
    }

    public static TrustStatus Trust(TransportTrust trust, Counters counters) => new(
        Word(trust.Udp), Word(trust.Tcp), counters.Total(TrustEffect.Narrowed), counters.Total(TrustEffect.Refused),
        counters.Total(TrustEffect.NotExtended));

    public static SwitchStatus Switch(string endpoint, EosFacts? facts, bool isReachable) =>
        new(endpoint, isReachable, facts?.Hostname ?? "", facts?.Model ?? "", facts?.Version ?? "");

    public static TableStatus Table(TableView view, bool isDryRun) => new()
    {
        DryRun = isDryRun ? true : null,
        Capacity = view.Room.Capacity,
        Limit = view.Room.Limit,
        Entries = view.Room.Used,
        OtherEntries = view.Room.Others,
        DropsLeft = view.Room.Free,
        BypassesLeft = view.Room.FreeForOthers / 2,
        Shares = new SharesStatus(
            view.Shares.Denials, view.Shares.DenialLimit, view.Shares.Threats, view.Shares.Bypasses,
            view.Shares.BypassFloor),
        OverLimit = Enum.GetValues<FlowLimit>()
            .ToDictionary(limit => Word(limit), view.Refused, StringComparer.Ordinal),
        Flows = ByAction(Counts(view.Flows)),
        Ended = ByAction(view.EndCounts),
        Packets = Enum.GetValues<FlowAction>()
            .ToDictionary(action => Word(action), view.Packets, StringComparer.Ordinal),
        Totals = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["programmed"] = view.Totals.Confirmed,
            ["adopted"] = view.Totals.Adopted,
            ["repaired"] = view.Totals.Repaired,
            ["rejected"] = view.Totals.Rejected,
            ["half_pairs"] = view.Totals.HalfPairs,
            ["purged"] = view.Totals.Purged,
        },
    };

    private static Func<FlowAction, FlowState, int> Counts(IReadOnlyList<FlowView> flows)
    {
        var counts = flows.CountBy(flow => (flow.Verdict.Flow.Action, flow.State)).ToDictionary();
        return (action, state) => counts.GetValueOrDefault((action, state));
    }

    private static Dictionary<string, IReadOnlyDictionary<string, TCount>> ByAction<TKind, TCount>(
        Func<FlowAction, TKind, TCount> count)
        where TKind : struct, Enum =>
        Enum.GetValues<FlowAction>().ToDictionary(
            action => Word(action),
            IReadOnlyDictionary<string, TCount> (action) => Enum.GetValues<TKind>()
                .ToDictionary(kind => Word(kind), kind => count(action, kind), StringComparer.Ordinal),
            StringComparer.Ordinal);

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static FlowStatus Flow(FlowView flow, TimeSpan now) => new()
    {
        Name = NameOf(flow.Entries),
        Action = Word(flow.Verdict.Flow.Action),
        State = Word(flow.State),
        Match = MatchStatus.Of(flow.Verdict.Flow.Match),
        Rule = flow.Verdict.Rule,
        Origin = FlowOrigin.Of(flow.Verdict.Origin),
        Class = flow.Verdict.Flow.Action == FlowAction.Drop ? Word(flow.Verdict.Class) : null,
        Merged = flow.Verdict.IsMerged ? true : null,
        Entries = flow.Entries.Count,
        Priority = flow.Entries[0].Precedence,
        Packets = flow.Packets,
        Bytes = flow.Bytes,
        PacketsPerMinute = flow.PacketsPerMinute is { } rate ? Math.Round(rate, 1) : null,
        HardTimeoutS = flow.Verdict.Timeouts.Hard,
        IdleTimeoutS = flow.Verdict.Timeouts.Idle,
        ExpiresInS = flow.ExpiresAt == TimeSpan.MaxValue ? null : (long)(flow.ExpiresAt - now).TotalSeconds,
        BegunAgoS = flow.BegunAt is { } begun ? (long)(now - begun).TotalSeconds : null,
        Escalation = flow.Escalation > 0 ? flow.Escalation : null,
        Rejection = flow.Rejection,
    };

    public static FlowStatus Ended(EndedFlow ended, TimeSpan now) => new()
    {
        Name = ended.Name,
        Action = Word(ended.Action),
        State = Word(ended.End),
        Match = MatchStatus.Of(ended.Flow.Match),
        Rule = ended.Rule,
        Origin = FlowOrigin.Of(ended.Origin),
        EndedAgoS = (long)(now - ended.At).TotalSeconds,
    };

    public static string NameOf(IReadOnlyList<TargetEntry> entries) => FlowName.OfPair(entries[0].Key);
}
