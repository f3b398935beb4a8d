using System.Runtime.CompilerServices;
using Assist.Addresses;

namespace Assist.Guards;

/// <summary>The addresses that no drop may touch. Immutable: a change makes a new set, which replaces this
/// one.</summary>
public sealed class ProtectedSet
{
    // Beyond so many, lone addresses are looked up and not compared one by one.
    private const int Few = 8;

    private readonly IpPrefix[] _prefixes;
    private readonly IpPrefix[] _compared;
    private readonly HashSet<IpAddr>? _alone;

    public ProtectedSet(IEnumerable<IpPrefix> prefixes)
    {
        _prefixes = _compared = [.. prefixes];
        if (_prefixes.Length <= Few) return;
        _alone = [.. _prefixes.Where(prefix => prefix.IsSingle).Select(prefix => prefix.Address)];
        _compared = Array.FindAll(_prefixes, prefix => !prefix.IsSingle);
    }

    public static ProtectedSet Empty { get; } = new([]);

    public IReadOnlyList<IpPrefix> Prefixes => _prefixes;

    internal bool IsEmpty => _prefixes.Length == 0;

    /// <summary>False for an unknown address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(IpAddr address)
    {
        foreach (var prefix in _compared)
            if (prefix.Contains(address)) return true;
        return _alone?.Contains(address) == true;
    }
}

/// <summary>Addresses that no drop may touch and that change while the daemon runs: those that an operator allows for a
/// time, or what was learnt from the switch. One for all guards, whatever configuration they come from.</summary>
/// <param name="first">Null where they are not known yet: then no drop is made.</param>
public sealed class ChangingAddresses(ProtectedSet? first)
{
    private volatile ProtectedSet? _now = first;

    /// <summary>Those of this moment; any thread may read and replace them.</summary>
    public ProtectedSet? Now
    {
        get => _now;
        set => _now = value;
    }
}
