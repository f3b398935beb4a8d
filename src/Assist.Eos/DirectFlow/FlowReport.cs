namespace Assist.Eos;

/// <summary>One flow with what the hardware knows about it.</summary>
internal sealed record ReportedFlow(ConfiguredFlow Flow, FlowStatus Status, long Packets, long Bytes)
{
    public bool IsProgrammed => Status is FlowStatus.Programmed;
}

/// <summary>The flows in the order and with the counters that the options ask for.</summary>
internal static class FlowReport
{
    /// <summary>Flows in the hardware, as they are there: `show directflow flows`.</summary>
    public static IEnumerable<ReportedFlow> Programmed(SwitchState state)
    {
        state.Observe();
        return Ordered(state.Hardware.Entries.Select(e => Report(state, AsConfigured(state, e.Flow))), state.Options);
    }

    /// <summary>Every configured flow: `show directflow detail`.</summary>
    public static IEnumerable<ReportedFlow> All(SwitchState state)
    {
        state.Observe();
        return Ordered(state.Config.Flows.Values.Select(f => Report(state, f)), state.Options);
    }

    /// <summary>Only the first three are from captures: facts 2.5. Others exist and are unknown.</summary>
    public static string StatusText(FlowStatus status, SwitchOptions options) => status switch
    {
        FlowStatus.Programmed => options.ProgrammedStatus ?? "Flow programmed",
        _ when options.UnknownStatus is { } unknown => unknown,
        FlowStatus.NotProgrammed => "Flow not programmed",
        FlowStatus.NoResources when options.WaitForResources => "Waiting for a resource to be allocated",
        FlowStatus.NoResources => "Flow rejected due to insufficient resources",
        FlowStatus.BadMatch => "Flow rejected due to unsupported match",
        FlowStatus.BadAction => "Flow rejected due to unsupported action",
        _ => "Flow rejected due to unsupported timeout",
    };

    /// <summary>Persistence is no matter of the hardware and may have changed since.</summary>
    private static ConfiguredFlow AsConfigured(SwitchState state, ConfiguredFlow flow) =>
        flow with { Persistent = state.Config.Flows[flow.Name].Persistent };

    private static ReportedFlow Report(SwitchState state, ConfiguredFlow flow)
    {
        var entry = state.Hardware.Entry(flow.Name);
        var counted = entry is not null && !state.Options.CountersDisabled;
        var packets = counted ? entry!.Packets : 0;
        var bytes = counted && !state.Options.MatchBytesZero ? entry!.Bytes : 0;
        return new ReportedFlow(flow, state.Hardware.StatusOf(flow.Name), packets, bytes);
    }

    private static IEnumerable<ReportedFlow> Ordered(IEnumerable<ReportedFlow> flows, SwitchOptions options)
    {
        if (options.Order is FlowOrder.Name) return flows.OrderBy(f => f.Flow.Name, StringComparer.Ordinal);
        if (options.Order is FlowOrder.PriorityThenNameDescending)
            return flows
                .OrderByDescending(f => f.Flow.Priority)
                .ThenByDescending(f => f.Flow.Name, StringComparer.Ordinal);
        var shuffled = flows.ToArray();
        new Random(options.Seed).Shuffle(shuffled);
        return shuffled;
    }
}
