using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>The way of drops to the table of what is announced by BGP, beside the way to the switch's. Each table
/// decides for itself: what one has no room for the other may take.</summary>
public sealed class AnnouncementRoute(VerdictInbox inbox)
{
    private long _shed;

    /// <summary>See <see cref="VerdictInbox.Generation"/>.</summary>
    public int Generation => inbox.Generation;

    /// <summary>Drops that found no room in the inbox.</summary>
    public long Shed => Interlocked.Read(ref _shed);

    /// <summary>What of a drop's match is announced. A VLAN is one of the switch's: packets on their way to an edge
    /// router have none, or another.</summary>
    public static FlowMatch MatchOf(in FlowMatch drop) => drop with { InVlan = 0, OutVlan = 0 };

    /// <summary>For any thread.</summary>
    public void Post(in Verdict verdict, TimeSpan receivedAt)
    {
        if (verdict.Flow.Action != FlowAction.Drop) return;
        var announced = verdict with { Flow = verdict.Flow with { Match = MatchOf(verdict.Flow.Match) } };
        if (!inbox.TryPost(new FlowRequest(announced, receivedAt))) Interlocked.Increment(ref _shed);
    }
}
