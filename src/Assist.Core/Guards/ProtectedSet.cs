using System.Runtime.CompilerServices;
using Assist.Addresses;

namespace Assist.Guards;

/// <summary>The addresses that no drop may touch. Immutable: a change makes a new set, which replaces this
/// one.</summary>
public sealed class ProtectedSet(IEnumerable<IpPrefix> prefixes)
{
    private readonly IpPrefix[] _prefixes = [.. prefixes];

    public static ProtectedSet Empty { get; } = new([]);

    public IReadOnlyList<IpPrefix> Prefixes => _prefixes;

    internal bool IsEmpty => _prefixes.Length == 0;

    /// <summary>False for an unknown address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(IpAddr address)
    {
        foreach (var prefix in _prefixes)
            if (prefix.Contains(address)) return true;
        return false;
    }
}

/// <summary>Addresses that an operator allows for a time: no drop may touch them either. One for all guards, whatever
/// configuration they come from.</summary>
public sealed class AllowedAddresses
{
    private volatile ProtectedSet _now = ProtectedSet.Empty;

    /// <summary>Those of this moment; any thread may read and replace them.</summary>
    public ProtectedSet Now
    {
        get => _now;
        set => _now = value;
    }
}
