using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assist.Inputs.Formats;

namespace Assist.Rules;

/// <summary>Which rule fired for the last messages with the same text in all the fields that rules look at: most
/// messages of a firewall differ in their addresses and ports alone. At most 64 texts; used by one thread.</summary>
internal sealed class RuleMemory
{
    private const int Entries = 64;
    private const int KeyLength = 192;
    private const byte NoField = 255;
    private const byte CutField = 254;

    private readonly byte[] _keys = new byte[Entries * KeyLength];
    private readonly Entry[] _entries = new Entry[Entries];

    /// <summary>What the rules make of the message, recalled or found out now.</summary>
    public RuleFinding Find(RulesOfLayout rules, SessionLog log)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        var length = KeyOf(log, rules, key);
        if (length == 0) return rules.Find(log);
        key = key[..length];
        var place = (int)(Hash(key) >> 32) & Entries - 1;
        ref var entry = ref _entries[place];
        var known = _keys.AsSpan(place * KeyLength, KeyLength);
        if (entry.Length == length && entry.Rules == rules && key.SequenceEqual(known[..length])) return entry.Finding;
        entry = new Entry(rules, length, rules.Find(log));
        key.CopyTo(known);
        return entry.Finding;
    }

    // Each field behind its length, or behind what it is instead of a text. 0: too long to be remembered.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int KeyOf(SessionLog log, RulesOfLayout rules, Span<byte> key)
    {
        var length = 0;
        foreach (var field in rules.Fields)
        {
            var state = log.Look(field, out var text);
            if (text.Length >= CutField || length + 1 + text.Length > key.Length) return 0;
            key[length++] = state switch
            {
                FieldState.Whole => (byte)text.Length,
                FieldState.Cut => CutField,
                _ => NoField,
            };
            if (state != FieldState.Whole) continue;
            text.CopyTo(key[length..]);
            length += text.Length;
        }
        return length;
    }

    // Not keyed: texts chosen to collide cost what a thread without this memory pays for each message, one search of
    // all rules.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        const ulong Factor = 0x9e3779b97f4a7c15;
        ulong hash = (ulong)key.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(key);
        foreach (var word in words) hash = BitOperations.RotateLeft((hash ^ word) * Factor, 29);
        foreach (var c in key[(words.Length * sizeof(ulong))..]) hash = (hash ^ c) * Factor;
        return (hash ^ hash >> 32) * Factor;
    }

    private readonly record struct Entry(RulesOfLayout Rules, int Length, RuleFinding Finding);
}
