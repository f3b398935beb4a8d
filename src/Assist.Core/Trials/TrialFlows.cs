using Assist.Flows;

namespace Assist.Trials;

/// <summary>The flows that one rule on trial would hold now, if each lived as long as its hard timeout and began anew
/// with each repeat. On a switch idle timeouts end many of them sooner, so this is the most that it would
/// cost.</summary>
internal sealed class TrialFlows(IFlowPlanner planner)
{
    /// <summary>Flows that are known; of more than the largest table holds the number is of no account.</summary>
    public const int Most = 8192;

    private readonly Dictionary<FlowIdentity, TimeSpan> _endsAt = [];

    // Each flow once, by an end that it had; where it ends later by now, it is put back.
    private readonly PriorityQueue<FlowIdentity, TimeSpan> _ends = new();

    /// <summary>Entries of the target's table.</summary>
    public int Entries { get; private set; }

    /// <summary>True where a flow was left out for want of room here.</summary>
    public bool IsCut { get; private set; }

    /// <summary>True for a flow that was not known.</summary>
    public bool Add(in FlowIdentity flow, TimeSpan lifetime, TimeSpan now)
    {
        Expire(now);
        var endsAt = lifetime > TimeSpan.Zero ? now + lifetime : TimeSpan.MaxValue;
        if (_endsAt.ContainsKey(flow))
        {
            _endsAt[flow] = endsAt;
            return false;
        }
        if (_endsAt.Count == Most)
        {
            IsCut = true;
            return true;
        }
        _endsAt.Add(flow, endsAt);
        _ends.Enqueue(flow, endsAt);
        Entries += planner.CostOf(flow);
        return true;
    }

    public void Expire(TimeSpan now)
    {
        while (_ends.TryPeek(out var flow, out var end) && end <= now)
        {
            _ends.Dequeue();
            if (_endsAt[flow] is var endsAt && endsAt > now)
            {
                _ends.Enqueue(flow, endsAt);
                continue;
            }
            _endsAt.Remove(flow);
            Entries -= planner.CostOf(flow);
        }
    }
}
