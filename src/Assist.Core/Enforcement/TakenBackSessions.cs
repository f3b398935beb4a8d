using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>Sessions whose bypass was taken back or denied, because that overtakes requests for a bypass that came
/// before: one that is older than the end of its session must not come after it. Touched only by the loop.</summary>
internal sealed class TakenBackSessions
{
    /// <summary>Sessions remembered, in some 500 KiB. Of those that are forgotten only the time is known: every older
    /// request for a bypass is refused then.</summary>
    public const int MaxSessions = 4096;

    private readonly RecentMatches _sessions = new(MaxSessions);
    private TimeSpan _allBefore = TimeSpan.MinValue;

    /// <param name="match">Of a session, or of what is denied: then it counts for all between the two
    /// addresses.</param>
    public void Note(in FlowMatch match, TimeSpan at)
    {
        if (!match.Source.IsKnown || !match.Destination.IsKnown)
        {
            NoteAll(at);
            return;
        }
        var key = IsSession(match) ? SessionOf(match) : PairOf(match);
        if (_sessions.Note(key, at) is { } forgotten) NoteAll(forgotten);
    }

    public void NoteAll(TimeSpan at)
    {
        if (at > _allBefore) _allBefore = at;
    }

    /// <summary>True where the session may have been taken back after its bypass was asked for.</summary>
    public bool Has(in FlowMatch bypass, TimeSpan askedAt)
    {
        if (askedAt <= _allBefore) return true;
        var back = bypass.Reversed();
        return IsLater(SessionOf(bypass), askedAt) || IsLater(SessionOf(back), askedAt)
            || IsLater(PairOf(bypass), askedAt) || IsLater(PairOf(back), askedAt);
    }

    private bool IsLater(in FlowMatch key, TimeSpan askedAt) => _sessions.Find(key) is { } at && askedAt <= at;

    private static bool IsSession(in FlowMatch match) =>
        match.Protocol.IsKnown && (!match.Protocol.HasPorts || (match.SourcePort != 0 && match.DestinationPort != 0));

    // Not every log names VLANs.
    private static FlowMatch SessionOf(in FlowMatch match) => match with { InVlan = 0, OutVlan = 0 };

    private static FlowMatch PairOf(in FlowMatch match) =>
        new() { Source = match.Source, Destination = match.Destination };
}
