using System.Globalization;
using Assist.Control;
using Assist.Flows;
using Assist.Logging;
using Assist.Telemetry;

namespace Assist.Events;

/// <summary>Says a fact in one sentence.</summary>
internal static class EventWords
{
    /// <summary>What is invisible in it is escaped: some of it may be a log's or the switch's.</summary>
    public static string Of(FlowEvent fact, EventStatus status) => Printable.Of(Sentence(fact, status));

    private static string Sentence(FlowEvent fact, EventStatus status) => fact.Kind switch
    {
        FlowEventKind.Programmed => $"{Flow(status)} is on the switch, by rule {fact.Rule}{Sender(status)}",
        FlowEventKind.Ended => $"{Flow(status)} of rule {fact.Rule} ended: {fact.Reason}{Spared(fact, status)}",
        FlowEventKind.Purged => $"entry {fact.Flow} was removed: {fact.Reason}",
        FlowEventKind.Rejected =>
            $"the switch refused {Flow(status)} of rule {fact.Rule}: {fact.Reason}; its traffic goes to the firewall",
        FlowEventKind.Repaired => $"{Flow(status)} was missing on the switch and waits to be installed again",
        FlowEventKind.TableShort => $"the flow table is short of room, {fact.Count} of {fact.Limit} entries are used",
        FlowEventKind.TableHasRoom => $"the flow table has room again for {fact.Count} entries",
        FlowEventKind.TargetLost => $"the switch is lost: {fact.Reason}",
        FlowEventKind.TargetBack => $"the switch is back: {fact.Limit} entries, {fact.Count} flows adopted",
        FlowEventKind.ChangesTaken => "the switch takes changes again",
        FlowEventKind.StaticsMissing => $"static flows are missing on the switch: {fact.Flow}",
        FlowEventKind.StaticsBack => "all static flows are on the switch",
        FlowEventKind.StateUnknown => $"the switch describes {fact.Count} flows in unknown words: {fact.Reason}",
        FlowEventKind.StateKnown => "the switch describes every flow in known words again",
        FlowEventKind.Ordered => $"{fact.Order}",
        FlowEventKind.OrderFailed => $"{fact.Order} failed: {fact.Reason}",
        FlowEventKind.ProblemBegan => $"problem {fact.Problem}: {fact.Reason}",
        FlowEventKind.ProblemOver => $"problem {fact.Problem}{(fact.Reason.Length == 0 ? "" : $" ({fact.Reason})")} "
            + $"is over after {status.LastedS} s",
        _ => status.Event,
    };

    // drop of tcp from 192.0.2.10 to 203.0.113.20 port 443
    private static string Flow(EventStatus status) =>
        status.Match is { } match ? $"{status.Action} of {match}" : $"flow {status.Flow}";

    private static string Sender(EventStatus status) =>
        status.Message?.Sender is not { } sender ? ""
            : $", a log of {sender}" + (status.Message.FirewallRule is { } rule ? $", firewall rule \"{rule}\"" : "");

    // Of a bypass the firewall was spared all of it, of a drop too; a redirect spares it nothing.
    private static string Spared(FlowEvent fact, EventStatus status)
    {
        if (fact.Traffic is not { Packets: { } packets } traffic) return "";
        var counted = string.Create(CultureInfo.InvariantCulture, $"{packets} packets")
            + (traffic.Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" with {bytes} bytes") : "")
            + (status.LastedS is { } seconds ? $" in {seconds} s" : "");
        return fact.Identity?.Action == FlowAction.Redirect ? $"; it had {counted}"
            : $"; the firewall was spared at least {counted}";
    }
}
