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

    /// <summary>False for an unknown address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(IpAddr address)
    {
        foreach (var prefix in _prefixes)
            if (prefix.Contains(address)) return true;
        return false;
    }
}
