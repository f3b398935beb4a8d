using Assist.Addresses;
using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;

namespace Assist.Daemon;

/// <summary>Answers why something is done to an address. Reads the last view of the table and never enters its
/// loop.</summary>
internal sealed class CauseReporter(DaemonParts parts, StatusReporter status, TimeProvider time)
{
    // An operator types one of them; the rest is in `flows`.
    private const int MostNamed = 3;

    public ControlResponse Why(ControlRequest request)
    {
        if (!IpPrefix.TryParse(request.Filter?.Address, out var prefix))
            return new ControlResponse { Error = "an address or a prefix such as 192.0.2.0/24 is needed" };
        var (view, now) = (parts.Controller.View, parts.Controller.Now);
        List<FlowCause> flows =
        [
            .. view.Flows.Where(flow => Has(prefix, flow.Verdict.Flow))
                .OrderBy(flow => flow.Verdict.Flow.Action).ThenByDescending(flow => flow.Packets)
                .Select(flow => Cause(flow, now)),
        ];
        return new ControlResponse
        {
            Why = new WhyReport
            {
                Address = $"{prefix}",
                Paused = parts.Pausing.Current,
                DryRun = parts.Config.Eapi.IsReadOnly ? true : null,
                Problem = parts.SwitchFault,
                Protected = [.. status.Protected().Where(each => Overlap(each.Address, prefix))],
                Flows = flows,
                Ended =
                [
                    .. view.Ended.Where(ended => Has(prefix, ended.Flow)).Reverse().Select(ended => Cause(ended, now)),
                ],
                Commands = [.. Commands($"{prefix}", flows)],
            },
        };
    }

    /// <summary>Of the flow of that name, now or of late; null where there is none.</summary>
    public FlowCause? CauseOf(string name)
    {
        var (view, now) = (parts.Controller.View, parts.Controller.Now);
        foreach (var flow in view.Flows)
            if (StatusView.NameOf(flow.Entries) == name) return Cause(flow, now);
        return view.Ended.LastOrDefault(ended => ended.Name == name) is { Name: not null } last
            ? Cause(last, now) : null;
    }

    /// <summary>What tells the switch to hold the flow of that name; empty where there is none now.</summary>
    public IReadOnlyList<string> CommandsOf(string name)
    {
        foreach (var flow in parts.Controller.View.Flows)
            if (StatusView.NameOf(flow.Entries) == name)
                return [.. flow.Entries.OfType<FlowEntry>().SelectMany(DirectFlowCommands.Install)
                    .Select(command => command.Text)];
        return [];
    }

    private FlowCause Cause(FlowView flow, TimeSpan now)
    {
        var utc = time.GetUtcNow();
        return new FlowCause(StatusView.Flow(flow, now))
        {
            Since = utc + (flow.BegunAt - now),
            Until = flow.ExpiresAt == TimeSpan.MaxValue ? null : utc + (flow.ExpiresAt - now),
            Message = flow.Verdict.Origin is { } origin ? MessageOrigin.Of(origin) : null,
        };
    }

    private static FlowCause Cause(EndedFlow ended, TimeSpan now) => new(StatusView.Ended(ended, now))
    {
        Message = ended.Origin is { } origin ? MessageOrigin.Of(origin) : null,
    };

    // Names have a closed alphabet and the address was parsed: both may be typed as they are.
    private static IEnumerable<string> Commands(string address, List<FlowCause> flows)
    {
        if (flows.Any(each => each.Flow.Action == "drop"))
            yield return $"assist allow {address} --for 2h";
        foreach (var cause in flows.Take(MostNamed)) yield return $"assist delete --name {cause.Flow.Name}";
        if (flows.Count > MostNamed) yield return $"assist delete --address {address}";
    }

    private static bool Has(IpPrefix prefix, in FlowIdentity flow) =>
        prefix.Contains(flow.Match.Source) || prefix.Contains(flow.Match.Destination);

    private static bool Overlap(string one, IpPrefix other) =>
        IpPrefix.TryParse(one, out var prefix) && (prefix.Contains(other.Address) || other.Contains(prefix.Address));
}
