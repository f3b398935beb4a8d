namespace Assist.Flows;

/// <summary>The bypasses of a table by their addresses, so that a new drop finds what it must take back without looking at
/// every flow. A bypass always names both addresses (see the decider).</summary>
internal sealed class BypassIndex
{
    private readonly Dictionary<IpAddr, HashSet<FlowRecord>> _byAddress = [];

    public void Add(FlowRecord bypass)
    {
        Add(bypass.Identity.Match.Source, bypass);
        Add(bypass.Identity.Match.Destination, bypass);
    }

    public void Remove(FlowRecord bypass)
    {
        Remove(bypass.Identity.Match.Source, bypass);
        Remove(bypass.Identity.Match.Destination, bypass);
    }

    /// <summary>Bypasses of which every packet, in one direction or the other, is one of the drop's.</summary>
    public IReadOnlyList<FlowRecord> CoveredBy(FlowMatch drop)
    {
        var address = drop.Source.IsKnown ? drop.Source : drop.Destination;
        if (!_byAddress.TryGetValue(address, out var known)) return [];
        return [.. known.Where(record => drop.Covers(record.Identity.Match) || drop.Covers(record.Identity.Match.Reversed()))];
    }

    private void Add(IpAddr address, FlowRecord bypass)
    {
        if (!_byAddress.TryGetValue(address, out var known)) _byAddress[address] = known = [];
        known.Add(bypass);
    }

    private void Remove(IpAddr address, FlowRecord bypass)
    {
        if (!_byAddress.TryGetValue(address, out var known)) return;
        known.Remove(bypass);
        if (known.Count == 0) _byAddress.Remove(address);
    }
}
