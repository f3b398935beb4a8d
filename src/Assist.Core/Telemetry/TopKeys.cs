namespace Assist.Telemetry;

/// <summary>The keys with the largest sums, in so many places (Metwally, Agrawal, El Abbadi: Efficient computation of
/// frequent and top-k elements in data streams, 2005): a key without a place takes that of the smallest sum, and its
/// sum. Not for more than one thread.</summary>
/// <param name="places">Keys that are summed up apart.</param>
public sealed class TopKeys<TKey>(int places = TopKeys<TKey>.UsualPlaces)
    where TKey : IEquatable<TKey>
{
    /// <summary>Places where nothing else is said.</summary>
    public const int UsualPlaces = 64;

    private const int First = 4;

    // Grown when they are needed: most have few keys.
    private TKey[] _keys = new TKey[Math.Min(First, places)];
    private long[] _sums = new long[Math.Min(First, places)];
    private int _used;
    private bool _isShared;

    /// <summary>How far a sum may be off at most: too high for a key that took a place, too low for one that has none.
    /// A key above it is never missed. 0 as long as every key had a place.</summary>
    public long Error => _isShared ? _sums.AsSpan(0, _used)[Smallest()] : 0;

    /// <param name="amount">At least 0.</param>
    public void Add(TKey key, long amount = 1)
    {
        var place = PlaceOf(key);
        _keys[place] = key;
        _sums[place] += amount;
    }

    /// <summary>Each key and its sum.</summary>
    public IEnumerable<KeyValuePair<TKey, long>> Sums()
    {
        for (var i = 0; i < _used; i++) yield return KeyValuePair.Create(_keys[i], _sums[i]);
    }

    private int PlaceOf(TKey key)
    {
        for (var i = 0; i < _used; i++)
            if (_keys[i].Equals(key)) return i;
        if (_used < places) return NewPlace();
        _isShared = true;
        return Smallest();
    }

    private int NewPlace()
    {
        if (_used == _keys.Length)
        {
            var more = Math.Min(places, 2 * _used);
            Array.Resize(ref _keys, more);
            Array.Resize(ref _sums, more);
        }
        return _used++;
    }

    private int Smallest()
    {
        var smallest = 0;
        for (var i = 1; i < _used; i++)
            if (_sums[i] < _sums[smallest]) smallest = i;
        return smallest;
    }
}
