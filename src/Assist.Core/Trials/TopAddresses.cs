using Assist.Addresses;

namespace Assist.Trials;

/// <summary>The addresses that were named most often, in so many places (Metwally, Agrawal, El Abbadi: Efficient
/// computation of frequent and top-k elements in data streams, 2005): an address without a place takes that of the
/// rarest and its count. A count is then too high by that at most, and an address above the average of a place is never
/// missed.</summary>
internal sealed class TopAddresses
{
    private const int Places = 64;

    private readonly IpAddr[] _addresses = new IpAddr[Places];
    private readonly long[] _counts = new long[Places];
    private int _used;

    public void Add(IpAddr address)
    {
        if (!address.IsKnown) return;
        var place = PlaceOf(address);
        _addresses[place] = address;
        _counts[place]++;
    }

    public void AddTo(Dictionary<IpAddr, long> sums)
    {
        for (var i = 0; i < _used; i++)
            sums[_addresses[i]] = sums.GetValueOrDefault(_addresses[i]) + _counts[i];
    }

    private int PlaceOf(IpAddr address)
    {
        var rarest = 0;
        for (var i = 0; i < _used; i++)
        {
            if (_addresses[i] == address) return i;
            if (_counts[i] < _counts[rarest]) rarest = i;
        }
        return _used < Places ? _used++ : rarest;
    }
}
