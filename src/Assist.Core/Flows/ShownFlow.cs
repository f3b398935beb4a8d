namespace Assist.Flows;

/// <summary>What a reading shows of one flow: an entry for each of its own, null where one is not listed.</summary>
internal readonly struct ShownFlow
{
    private readonly IReadOnlyList<TargetEntry> _planned;
    private readonly InstalledEntry?[] _shown;

    public ShownFlow(FlowRecord record, Dictionary<string, InstalledEntry> found)
    {
        _planned = record.Entries;
        _shown = new InstalledEntry?[_planned.Count];
        for (var i = 0; i < _shown.Length; i++) _shown[i] = found.GetValueOrDefault(_planned[i].Key);
    }

    /// <summary>Every entry is there, and nothing more is to be waited for.</summary>
    public bool IsHeld => Array.TrueForAll(_shown, entry => entry?.Status.IsHeld() == true);

    /// <summary>Every entry is listed with its lines, and what the target says of some of them nobody
    /// understands.</summary>
    public bool IsStateUnknown => !IsHeld && Array.TrueForAll(_shown, IsHeldOrUnknown);

    public bool HasHeld => Array.Exists(_shown, entry => entry?.Status.IsHeld() == true);

    public bool HasAbsent => Array.Exists(_shown, entry => entry is null);

    public bool IsAbsent => Array.TrueForAll(_shown, entry => entry is null);

    public bool HasRejected => Array.Exists(_shown, entry => entry?.Status == EntryStatus.Rejected);

    public bool HasNotProgrammed => Array.Exists(_shown, entry => entry?.Status == EntryStatus.NotProgrammed);

    // The target would act on one part of the session and show the firewall the other.
    public bool IsPartly => HasAbsent && HasHeld;

    public IEnumerable<InstalledEntry> Listed => _shown.OfType<InstalledEntry>();

    public bool HasFragment(IFlowPlanner planner)
    {
        for (var i = 0; i < _shown.Length; i++)
            if (_shown[i] is { } shown && planner.IsFragment(_planned[i], shown)) return true;
        return false;
    }

    /// <summary>Every entry is there as planned, and acts as far as anybody knows.</summary>
    public bool IsWhole(IFlowPlanner planner)
    {
        for (var i = 0; i < _shown.Length; i++)
            if (!IsHeldOrUnknown(_shown[i]) || !planner.IsWhole(_planned[i], _shown[i]!))
                return false;
        return true;
    }

    /// <summary>The first words that nobody understands; empty where all are understood.</summary>
    public string UnknownWords() =>
        Array.Find(_shown, entry => entry?.Status == EntryStatus.Unknown)?.StatusText ?? "";

    private static bool IsHeldOrUnknown(InstalledEntry? entry) =>
        entry is not null
        && (entry.Status.IsHeld() || entry is { Status: EntryStatus.Unknown, HasLines: true });

    /// <summary>Why the flow cannot stay as it is, in the target's words where it has any.</summary>
    public Rejection Fault()
    {
        var culprit = Array.Find(_shown, entry => entry?.Status == EntryStatus.Rejected)
            ?? Array.Find(_shown, entry => entry is { } shown && !shown.Status.IsHeld());
        var reason = HasAbsent ? "not listed by the switch" : "the switch shows only a part of it";
        return new Rejection(culprit?.StatusText ?? reason, culprit?.LacksRoom == true);
    }
}
