using Assist.Addresses;

namespace Assist.Flows;

/// <summary>Flows of one action by their addresses, so that drops and bypasses of the same packets find each other
/// without looking at every flow. A drop names at least one address, a bypass both (see the decider).</summary>
internal sealed class AddressIndex
{
    private static readonly HashSet<FlowRecord> s_none = [];

    private readonly Dictionary<IpAddr, HashSet<FlowRecord>> _byAddress = [];

    public void Add(FlowRecord record)
    {
        Add(record.Identity.Match.Source, record);
        Add(record.Identity.Match.Destination, record);
    }

    public void Remove(FlowRecord record)
    {
        Remove(record.Identity.Match.Source, record);
        Remove(record.Identity.Match.Destination, record);
    }

    /// <summary>Flows of which every packet, in one direction or the other, is one of the match.</summary>
    public IReadOnlyList<FlowRecord> CoveredBy(FlowMatch match)
    {
        var known = Of(match.Source.IsKnown ? match.Source : match.Destination);
        return known.Count == 0 ? [] : [.. known.Where(record => Covers(match, record.Identity.Match))];
    }

    /// <summary>Flows that take every packet of the match, in one direction or the other.</summary>
    public IEnumerable<FlowRecord> Covering(FlowMatch match) =>
        Of(match.Source).Concat(Of(match.Destination)).Where(record => Covers(record.Identity.Match, match));

    private static bool Covers(in FlowMatch wide, in FlowMatch narrow) =>
        wide.Covers(narrow) || wide.Covers(narrow.Reversed());

    private HashSet<FlowRecord> Of(IpAddr address) => _byAddress.GetValueOrDefault(address, s_none);

    private void Add(IpAddr address, FlowRecord record)
    {
        if (!address.IsKnown) return;
        if (!_byAddress.TryGetValue(address, out var known)) _byAddress[address] = known = [];
        known.Add(record);
    }

    private void Remove(IpAddr address, FlowRecord record)
    {
        if (!_byAddress.TryGetValue(address, out var known)) return;
        known.Remove(record);
        if (known.Count == 0) _byAddress.Remove(address);
    }
}
