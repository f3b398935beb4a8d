using Assist.Addresses;

namespace Assist.Flows;

/// <summary>Says of most addresses that no bypass has them, to any thread, without asking the table: the log of every
/// session's end would take back a bypass, and few sessions have one. Sure where it says no, approximate where it says
/// maybe.</summary>
public sealed class BypassedAddresses
{
    internal const int Places = 1 << PlaceBits;
    private const int PlaceBits = 15;

    // Bypasses by what their addresses hash to, those on their way to the table included.
    private readonly int[] _counts = new int[Places];
    private volatile bool _isComplete;

    /// <summary>From now on every bypass there is has been added; before, an earlier run may have left some.</summary>
    public void MarkComplete() => _isComplete = true;

    public bool MayHave(IpAddr address) => !_isComplete || Volatile.Read(ref Place(address)) != 0;

    /// <summary>Each is to be removed as often as it was added.</summary>
    public void Add(in FlowMatch bypass)
    {
        Interlocked.Increment(ref Place(bypass.Source));
        Interlocked.Increment(ref Place(bypass.Destination));
    }

    public void Remove(in FlowMatch bypass)
    {
        Interlocked.Decrement(ref Place(bypass.Source));
        Interlocked.Decrement(ref Place(bypass.Destination));
    }

    // Whoever makes addresses fall together here has the table asked, no more.
    internal static int PlaceOf(IpAddr address) =>
        (int)((uint)address.GetHashCode() * 0x9e3779b1u >> (32 - PlaceBits));

    private ref int Place(IpAddr address) => ref _counts[PlaceOf(address)];
}
