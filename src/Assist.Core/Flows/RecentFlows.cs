using System.Runtime.InteropServices;

namespace Assist.Flows;

/// <summary>Flows and when each was noted: 48 bytes for each in one array, so that a look at one of a hundred thousand
/// costs one access to memory. Forgets everything at once, never one. Used by one thread.</summary>
internal sealed class RecentFlows
{
    private const int FirstSlots = 512;

    // Arrays that were outgrown stay in memory until a full collection: by four they sum up to a third of the last one.
    private const int Growth = 4;

    // Senders choose what is hashed, but not with what.
    private static readonly ulong s_secret = (ulong)Random.Shared.NextInt64() << 1 | 1;

    private Slot[] _slots = new Slot[FirstSlots];

    // A slot of another epoch is free; 0 is that of slots never used.
    private ushort _epoch = 1;

    public int Count { get; private set; }

    /// <param name="at">Milliseconds, on the caller's clock.</param>
    public bool TryGet(in FlowIdentity flow, out uint at)
    {
        var key = new Slot(flow, _epoch, 0);
        ref var slot = ref Find(_slots, key);
        at = slot.At;
        return slot.Epoch == _epoch;
    }

    /// <summary>Notes the flow, or its new time.</summary>
    public void Note(in FlowIdentity flow, uint at)
    {
        if (Count >= _slots.Length / 2) Grow();
        var key = new Slot(flow, _epoch, at);
        ref var slot = ref Find(_slots, key);
        if (slot.Epoch != _epoch) Count++;
        slot = key;
    }

    public void Clear()
    {
        Count = 0;
        if (++_epoch != 0) return;
        Array.Clear(_slots);
        _epoch = 1;
    }

    // The slot of that flow, or the free one where it belongs. Half of the slots are free, so there is one.
    private static ref Slot Find(Slot[] slots, in Slot key)
    {
        var mask = slots.Length - 1;
        for (var i = (int)(key.Hash() >> 32) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Epoch != key.Epoch || slot.IsSameFlow(key)) return ref slot;
        }
    }

    private void Grow()
    {
        var larger = new Slot[_slots.Length * Growth];
        foreach (ref readonly var slot in _slots.AsSpan())
            if (slot.Epoch == _epoch) Find(larger, slot) = slot;
        _slots = larger;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Slot(in FlowIdentity flow, ushort epoch, uint at)
    {
        private readonly UInt128 _source = flow.Match.Source.Value;
        private readonly UInt128 _destination = flow.Match.Destination.Value;
        private readonly ulong _portsAndVlans = (ulong)flow.Match.SourcePort << 48 | (ulong)flow.Match.DestinationPort << 32
            | (ulong)flow.Match.InVlan << 16 | flow.Match.OutVlan;

        // Families: an IPv4 address and an IPv6 one may have the same value.
        private readonly ushort _rest = (ushort)(flow.Match.Protocol.Number << 8 | (byte)flow.Action << 6 | (byte)flow.Placement << 4
            | (flow.Match.Source.IsV6 ? 2 : 0) | (flow.Match.Destination.IsV6 ? 1 : 0));

        public ushort Epoch { get; } = epoch;

        public uint At { get; } = at;

        public bool IsSameFlow(in Slot other) =>
            _source == other._source && _destination == other._destination && _portsAndVlans == other._portsAndVlans
            && _rest == other._rest;

        public ulong Hash()
        {
            var hash = Mix((ulong)_source ^ s_secret, (ulong)_destination ^ _portsAndVlans);
            hash = Mix(hash ^ (ulong)(_source >> 64) ^ _rest, (ulong)(_destination >> 64) ^ s_secret);
            return Mix(hash, s_secret);
        }

        private static ulong Mix(ulong a, ulong b)
        {
            var high = Math.BigMul(a ^ 0x9e3779b97f4a7c15, b ^ 0xd1b54a32d192ed03, out ulong low);
            return high ^ low;
        }
    }
}
