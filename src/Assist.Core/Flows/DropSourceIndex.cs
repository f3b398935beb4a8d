using Assist.Addresses;

namespace Assist.Flows;

/// <summary>The drops of each source, so that what one holds can be told without looking at every flow.</summary>
internal sealed class DropSourceIndex
{
    private static readonly HashSet<FlowRecord> s_none = [];

    private readonly Dictionary<IpAddr, HashSet<FlowRecord>> _drops = [];

    /// <summary>In any state, also refused by the target.</summary>
    public IReadOnlyCollection<FlowRecord> Of(IpAddr source) => _drops.GetValueOrDefault(source, s_none);

    public void Add(FlowRecord record)
    {
        if (SourceOf(record) is not { } source) return;
        if (!_drops.TryGetValue(source, out var known)) _drops[source] = known = [];
        known.Add(record);
    }

    public void Remove(FlowRecord record)
    {
        if (SourceOf(record) is not { } source || !_drops.TryGetValue(source, out var known)) return;
        known.Remove(record);
        if (known.Count == 0) _drops.Remove(source);
    }

    private static IpAddr? SourceOf(FlowRecord record) =>
        record.Identity is { Action: FlowAction.Drop, Match.Source: { IsKnown: true } source } ? source : null;
}
