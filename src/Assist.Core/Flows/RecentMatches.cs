namespace Assist.Flows;

/// <summary>When each of the last matches was noted. A further one makes the oldest forgotten. At 64 bytes each some 64
/// KiB for a thousand.</summary>
internal sealed class RecentMatches(int most)
{
    private readonly Dictionary<FlowMatch, TimeSpan> _noted = [];
    private readonly Queue<(FlowMatch Match, TimeSpan At)> _order = new();

    /// <summary>Null where it was not noted, or is forgotten.</summary>
    public TimeSpan? Find(in FlowMatch match) => _noted.TryGetValue(match, out var at) ? at : null;

    /// <summary>Gives the time of the note that gave way; null where there was room.</summary>
    public TimeSpan? Note(in FlowMatch match, TimeSpan at)
    {
        var gaveWay = _order.Count >= most ? Forget() : (TimeSpan?)null;
        _noted[match] = at;
        _order.Enqueue((match, at));
        return gaveWay;
    }

    private TimeSpan Forget()
    {
        var (match, at) = _order.Dequeue();
        // One that was noted again later stands in the queue twice.
        if (_noted.GetValueOrDefault(match) == at) _noted.Remove(match);
        return at;
    }
}
