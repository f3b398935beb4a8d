using Assist.Flows;

namespace Assist.Configuration;

/// <summary>marking: classes of service by name, for rules that ask for one.</summary>
internal sealed class MarkingReader(Diagnostics faults)
{
    public IReadOnlyDictionary<string, Marking> Read(Section marking)
    {
        var read = new Dictionary<string, Marking>(StringComparer.Ordinal);
        foreach (var entry in marking.Entries)
        {
            var section = marking.Sub(entry.Key);
            var cos = section.Integer("cos", -1, 0, 7);
            var tos = section.Integer("tos", -1, 0, 255);
            section.Done();
            if (entry.Value.IsEmpty || entry.Value is { Kind: NodeKind.Map, Entries.Count: 0 })
                faults.Error(
                    entry.At, $"{marking.PathOf(entry.Key)} sets nothing; write cos (0 to 7), tos (0 to 255) or both");
            read[entry.Key] = new Marking(cos < 0 ? null : (byte)cos, tos < 0 ? null : (byte)tos);
        }
        return read;
    }
}
