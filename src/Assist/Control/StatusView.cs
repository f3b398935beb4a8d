using System.Reflection;
using System.Text.Json;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Telemetry;

namespace Assist.Control;

/// <summary>Puts the daemon's state into the words of `status` and `monitor`.</summary>
internal static class StatusView
{
    public static string Version { get; } = typeof(StatusView).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

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

    public static Dictionary<string, long> Rejected(Counters counters) =>
        Enum.GetValues<SyslogRefusal>().ToDictionary(Counters.Name, counters.Total, StringComparer.Ordinal);

    public static SwitchStatus Switch(string endpoint, EosFacts? facts, bool isReachable) =>
        new(endpoint, isReachable, facts?.Hostname ?? "", facts?.Model ?? "", facts?.Version ?? "");

    public static TableStatus Table(FlowTable table) => new()
    {
        Capacity = table.Budget.Capacity,
        Limit = table.Budget.Limit,
        Entries = table.Budget.Used,
        OtherEntries = table.Budget.Others,
        DropsLeft = table.Budget.Free,
        BypassesLeft = table.Budget.FreeForOthers / 2,
        Flows = ByAction<FlowState, int>((action, state) =>
            table.Flows.Count(flow => flow.Identity.Action == action && flow.State == state)),
        Ended = ByAction<FlowEnd, long>(table.Ends.Count),
        Packets = Enum.GetValues<FlowAction>()
            .ToDictionary(action => Word(action), table.PacketsOf, StringComparer.Ordinal),
        Totals = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["programmed"] = table.Totals.Confirmed,
            ["adopted"] = table.Totals.Adopted,
            ["repaired"] = table.Totals.Repaired,
            ["rejected"] = table.Totals.Rejected,
            ["half_pairs"] = table.Totals.HalfPairs,
            ["purged"] = table.Totals.Purged,
        },
    };

    private static Dictionary<string, IReadOnlyDictionary<string, TCount>> ByAction<TKind, TCount>(
        Func<FlowAction, TKind, TCount> count)
        where TKind : struct, Enum =>
        Enum.GetValues<FlowAction>().ToDictionary(
            action => Word(action),
            IReadOnlyDictionary<string, TCount> (action) => Enum.GetValues<TKind>()
                .ToDictionary(kind => Word(kind), kind => count(action, kind), StringComparer.Ordinal),
            StringComparer.Ordinal);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static FlowStatus Flow(FlowRecord record, TimeSpan now) => new()
    {
        Name = NameOf(record),
        Action = Word(record.Identity.Action),
        State = Word(record.State),
        Rule = record.Verdict.Rule,
        Entries = record.Entries.Count,
        Priority = record.Entries[0] is FlowEntry entry ? entry.Priority : 0,
        Packets = record.Packets,
        PacketsPerMinute = record.PacketsPerMinute is { } rate ? Math.Round(rate, 1) : null,
        HardTimeoutS = record.Verdict.Timeouts.Hard,
        IdleTimeoutS = record.Verdict.Timeouts.Idle,
        ExpiresInS = record.ExpiresAt == TimeSpan.MaxValue ? null : (long)(record.ExpiresAt - now).TotalSeconds,
        Escalation = record.Escalation > 0 ? record.Escalation : null,
        Rejection = record.Rejection,
    };

    public static FlowStatus Ended(EndedFlow ended, TimeSpan now) => new()
    {
        Name = ended.Name,
        Action = Word(ended.Action),
        State = Word(ended.End),
        Rule = ended.Rule,
        EndedAgoS = (long)(now - ended.At).TotalSeconds,
    };

    public static string NameOf(FlowRecord record) => FlowName.OfPair(record.Entries[0].Key);
}
