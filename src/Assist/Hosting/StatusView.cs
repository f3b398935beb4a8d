using System.Reflection;
using Assist.Configuration;
using Assist.Flows;
using Assist.Syslog;
using Assist.Targets.DirectFlow;
using Assist.Telemetry;

namespace Assist.Hosting;

/// <summary>Puts the daemon's state into the words of `status` and `monitor`.</summary>
internal static class StatusView
{
    public static string Version { get; } =
        typeof(StatusView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

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

    /// <summary>What the kernel's counters may have to do with us.</summary>
    public static IEnumerable<string> KernelNotices(KernelCounters kernel, bool hasUdp, long datagrams)
    {
        if (hasUdp && datagrams == 0 && kernel.ReversePathFiltered > 0)
            yield return $"no datagram has arrived, and the kernel has refused {kernel.ReversePathFiltered} packets whose "
                + "way back leads out of another interface; if the firewall's are among them, correct the route or rp_filter";
        if (kernel.ListenOverflows > 0)
            yield return $"the kernel has refused {kernel.ListenOverflows} connections to this machine because an accept "
                + "queue was full";
    }

    public static SwitchStatus Switch(AssistConfig config, string endpoint, SwitchFacts? facts, bool isReachable) =>
        new(endpoint, isReachable, facts?.Hostname ?? "", facts?.Model ?? "", facts?.Version ?? "");

    public static TableStatus Table(FlowTable table, TableOptions options)
    {
        var forOthers = Math.Max(0, table.Free - options.ReservedForDrops);
        return new TableStatus
        {
            Capacity = table.Capacity,
            Entries = table.Entries,
            OtherEntries = table.OtherEntries,
            DropsLeft = table.Free,
            BypassesLeft = forOthers / 2,
            Flows = Enum.GetValues<FlowAction>().ToDictionary(
                action => action.ToString().ToLowerInvariant(),
                IReadOnlyDictionary<string, int> (action) => Enum.GetValues<FlowState>().ToDictionary(
                    state => state.ToString().ToLowerInvariant(),
                    state => table.Flows.Count(flow => flow.Identity.Action == action && flow.State == state),
                    StringComparer.Ordinal),
                StringComparer.Ordinal),
        };
    }

    public static FlowStatus Flow(FlowRecord record, TimeSpan now) => new()
    {
        Name = NameOf(record),
        Action = record.Identity.Action.ToString().ToLowerInvariant(),
        State = record.State.ToString().ToLowerInvariant(),
        Rule = record.Verdict.Rule,
        Entries = record.Entries.Count,
        Priority = record.Entries[0].Priority,
        Packets = record.Packets,
        HardTimeoutS = record.Verdict.Timeouts.Hard,
        IdleTimeoutS = record.Verdict.Timeouts.Idle,
        ExpiresInS = record.ExpiresAt == TimeSpan.MaxValue ? null : (long)(record.ExpiresAt - now).TotalSeconds,
        Rejection = record.Rejection,
    };

    /// <summary>The name without the mark of one half of a pair.</summary>
    public static string NameOf(FlowRecord record)
    {
        var name = record.Entries[0].Name;
        return name.EndsWith(FlowName.InitiatorSuffix, StringComparison.Ordinal)
            ? name[..^FlowName.InitiatorSuffix.Length]
            : name;
    }
}
