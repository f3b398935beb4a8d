using System.Text;

namespace Assist.Inputs.Formats.Keyed;

/// <summary>Which keys hold the session; null where the format has none of that kind.</summary>
internal sealed record SessionKeys
{
    public required string Source { get; init; }
    public required string Destination { get; init; }
    public string? SourcePort { get; init; }
    public string? DestinationPort { get; init; }
    public string? Protocol { get; init; }
    public string? NatSource { get; init; }
    public string? NatDestination { get; init; }
    public string? NatSourcePort { get; init; }
    public string? NatDestinationPort { get; init; }
}

/// <summary>The keys of one kind of message: their place in the log and what is asked of them.</summary>
/// <remarks>Written as a list: <c>name</c>, <c>name|other spelling</c>; behind it <c>!</c> where a decision hangs on
/// it, so that it must be whole and there once, or <c>^</c> where it must only be there once. A leading <c>.</c>
/// hides it from rules; behind a leading <c>*</c> stands a name for rules that is no key of the message.</remarks>
internal sealed class KeyedLayout
{
    private const int Buckets = 512;

    private readonly int[] _buckets = new int[Buckets];
    private readonly List<(byte[] Key, int Index, int Next)> _keys = [(Array.Empty<byte>(), -1, 0)];
    private readonly List<string> _spellings = [];
    private readonly bool[] _once;
    private readonly bool[] _whole;

    public KeyedLayout(
        string name, int ordinal, string keys, SessionKeys session, params (FieldRole Role, string Key)[] roles)
    {
        var entries = keys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        (_once, _whole) = (new bool[entries.Length], new bool[entries.Length]);
        var names = new string[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            (_once[i], _whole[i]) = (entries[i][^1] is '!' or '^', entries[i][^1] == '!');
            var spellings = entries[i].Trim('.', '*', '!', '^').Split('|');
            names[i] = entries[i][0] == '.' ? "" : spellings[0];
            _spellings.Add(spellings[0]);
            foreach (var spelling in entries[i][0] == '*' ? spellings[1..] : spellings)
                Add(Encoding.UTF8.GetBytes(spelling), i);
        }
        Fields = new FieldLayout(
            name, ordinal, names, roles.ToDictionary(role => role.Role, role => IndexOf(role.Key)));
        (Source, Destination) = (IndexOf(session.Source), IndexOf(session.Destination));
        (SourcePort, DestinationPort) = (IndexOf(session.SourcePort), IndexOf(session.DestinationPort));
        Protocol = IndexOf(session.Protocol);
        (NatSource, NatDestination) = (IndexOf(session.NatSource), IndexOf(session.NatDestination));
        (NatSourcePort, NatDestinationPort) = (IndexOf(session.NatSourcePort), IndexOf(session.NatDestinationPort));
    }

    public FieldLayout Fields { get; }
    public int Source { get; }
    public int Destination { get; }
    public int SourcePort { get; }
    public int DestinationPort { get; }
    public int Protocol { get; }
    public int NatSource { get; }
    public int NatDestination { get; }
    public int NatSourcePort { get; }
    public int NatDestinationPort { get; }

    /// <summary>The first spelling of a key, for messages to the operator.</summary>
    public string KeyOf(int index) => _spellings[index];

    public bool MustBeOnce(int index) => _once[index];

    public bool MustBeWhole(int index) => _whole[index];

    /// <summary>Index of a key of the layout, hidden or not; -1 for null.</summary>
    public int IndexOf(string? key) => key is null ? -1 : _spellings.IndexOf(key);

    public int IndexOf(ReadOnlySpan<byte> key)
    {
        for (var at = _buckets[Bucket(key)]; at > 0; at = _keys[at].Next)
            if (key.SequenceEqual(_keys[at].Key)) return _keys[at].Index;
        return -1;
    }

    private void Add(byte[] key, int index)
    {
        if (IndexOf(key) >= 0)
            throw new ArgumentException($"{Encoding.UTF8.GetString(key)} is there twice", nameof(key));
        ref var first = ref _buckets[Bucket(key)];
        _keys.Add((key, index, first));
        first = _keys.Count - 1;
    }

    private static int Bucket(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u;
        foreach (var c in key) hash = (hash ^ c) * 16777619u;
        return (int)(hash % Buckets);
    }
}
