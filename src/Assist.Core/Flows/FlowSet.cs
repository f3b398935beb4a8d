using Assist.Addresses;

namespace Assist.Flows;

/// <summary>The flows of the table, by identity and by address. What is in it is in the budget, and nothing else
/// is.</summary>
internal sealed class FlowSet(FlowBudget budget)
{
    private readonly Dictionary<FlowIdentity, FlowRecord> _flows = [];
    private readonly AddressIndex _bypasses = new();
    private readonly AddressIndex _dropped = new();
    private readonly DropSourceIndex _bySource = new();

    public IReadOnlyCollection<FlowRecord> All => _flows.Values;

    /// <summary>Those that end before that time.</summary>
    public List<FlowRecord> EndingBefore(TimeSpan time)
    {
        var ending = new List<FlowRecord>();
        foreach (var record in _flows.Values)
            if (record.ExpiresAt <= time) ending.Add(record);
        return ending;
    }

    /// <summary>Kept for those who are not on the table's thread.</summary>
    public BypassedAddresses Bypassed { get; set; } = new();

    /// <summary>Moves with each flow that comes.</summary>
    public int Added { get; private set; }

    public void Add(FlowRecord record)
    {
        _flows.Add(record.Identity, record);
        record.CountIn(budget);
        Added++;
        IndexOf(record.Identity.Action)?.Add(record);
        _bySource.Add(record);
        if (record.Identity.Action == FlowAction.Bypass) Bypassed.Add(record.Identity.Match);
    }

    public void Remove(FlowRecord record)
    {
        _flows.Remove(record.Identity);
        record.CountIn(null);
        IndexOf(record.Identity.Action)?.Remove(record);
        _bySource.Remove(record);
        if (record.Identity.Action == FlowAction.Bypass) Bypassed.Remove(record.Identity.Match);
    }

    // A bypass for both directions holds what a bypass for one does: whichever came first is the one.
    public FlowRecord? Find(in FlowIdentity flow)
    {
        if (_flows.TryGetValue(flow, out var known)) return known;
        if (flow.Action != FlowAction.Bypass) return null;
        if (flow.Placement != Placement.Either)
            return _flows.GetValueOrDefault(flow with { Placement = Placement.Either });
        return _flows.GetValueOrDefault(flow with { Placement = Placement.AToB })
            ?? _flows.GetValueOrDefault(flow with { Placement = Placement.BToA });
    }

    /// <summary>False for a record that has left, though another flow may have its identity by now.</summary>
    public bool IsCurrent(FlowRecord record) =>
        _flows.TryGetValue(record.Identity, out var current) && ReferenceEquals(current, record);

    /// <summary>Bypasses of which every packet, in one direction or the other, is one of the match.</summary>
    public IReadOnlyList<FlowRecord> BypassesOf(in FlowMatch match) => _bypasses.CoveredBy(match);

    // In any state, also refused by the target: the drop would stop one direction and the bypass carry the other.
    public bool IsDropped(in FlowMatch session) => DropsOver(session).Any();

    /// <summary>Drops that take every packet of the session, in one direction or the other.</summary>
    public IEnumerable<FlowRecord> DropsOver(in FlowMatch session) => _dropped.Covering(session);

    /// <summary>Drops of which the source is this one.</summary>
    public IReadOnlyCollection<FlowRecord> DropsOf(IpAddr source) => _bySource.Of(source);

    private AddressIndex? IndexOf(FlowAction action) => action switch
    {
        FlowAction.Drop => _dropped,
        FlowAction.Bypass => _bypasses,
        _ => null,
    };
}
