using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assist.Flows;

namespace Assist.Pipeline;

/// <summary>Remembers which verdicts one receiving thread has handed over, and when, so that a repeat ends on that
/// thread: 48 bytes for each in one array, so that a look at one of a hundred thousand costs one access to memory. It
/// may forget, and then the repeat goes to the table, which knows it. A repeat counts as one for up to a tenth of a
/// second longer than the window, so that what is none here is none for the table either. Used by one thread.</summary>
public sealed class DuplicateFilter(TimeSpan window)
{
    private const int FirstSlots = 512;

    // Arrays that were left stay in memory until a full collection: those outgrown, by four, sum up to a third of the
    // last.
    private const int Growth = 4;

    // 6 MiB. Full of flows of the last window, it forgets the oldest of those that fall together.
    private const int MostSlots = 128 << 10;

    // A flow stands in one of so many slots, from where its hash says on. When the array is three quarters full, fewer
    // than one in a thousand have had no room there.
    private const int Reach = 64;

    // Tenths of a second, which begin anew after thirteen years.
    private const long TicksPerMoment = TimeSpan.TicksPerSecond / 10;

    // So many moments are longer than the window; one fewer may not be, as both ends are cut. What the table still took
    // for a repeat would be remembered here as handed over, and its renewal come a window too late.
    private readonly uint _window = window == TimeSpan.Zero
        ? 0 : (uint)Math.Min((window.Ticks + TicksPerMoment - 1) / TicksPerMoment + 1, uint.MaxValue);
    private Slot[] _slots = new Slot[FirstSlots];
    private int _used;
    private int _generation;

    // A slot of another epoch is free; 0 is that of slots never used.
    private ushort _epoch = 1;

    /// <param name="generation">The table's generation: when it moves, flows have left it and nothing counts as a
    /// repeat.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsRepeat(in FlowIdentity flow, TimeSpan now, int generation)
    {
        if (generation != _generation) Forget(generation);
        var key = new Slot(flow, _epoch, Moment(now));
        var mask = _slots.Length - 1;
        var first = key.Place & mask;
        for (var i = 0; i < Reach; i++)
        {
            ref readonly var slot = ref _slots[(first + i) & mask];
            // Nothing is ever taken out by itself, so nothing stands behind a free slot.
            if (slot.Epoch != _epoch) return false;
            if (slot.IsSameFlow(key)) return IsRecent(slot, key.At);
        }
        return false;
    }

    public void Remember(in FlowIdentity flow, TimeSpan now)
    {
        var at = Moment(now);
        if (_used >= _slots.Length / 2 && _slots.Length < MostSlots) MakeRoom(at);
        Note(new Slot(flow, _epoch, at), at);
    }

    private static uint Moment(TimeSpan time) => (uint)(time.Ticks / TicksPerMoment);

    // The difference is right also where the moments begin anew.
    private bool IsRecent(in Slot slot, uint now) => now - slot.At < _window;

    private bool IsKept(in Slot slot, uint now) => slot.Epoch == _epoch && IsRecent(slot, now);

    // Where the flow stands already, or else as near to where it belongs as there is room, or in place of the oldest.
    private void Note(in Slot key, uint now)
    {
        var mask = _slots.Length - 1;
        var first = key.Place & mask;
        var (room, oldest) = (-1, first);
        for (var i = 0; i < Reach; i++)
        {
            var at = (first + i) & mask;
            ref readonly var slot = ref _slots[at];
            if (room < 0 && !IsKept(slot, now)) room = at;
            if (slot.Epoch != _epoch) break;
            if (slot.IsSameFlow(key))
            {
                _slots[at] = key;
                return;
            }
            if (now - slot.At > now - _slots[oldest].At) oldest = at;
        }
        if (room < 0) room = oldest;
        if (_slots[room].Epoch != _epoch) _used++;
        _slots[room] = key;
    }

    // Without what is no longer recent; in a larger array where that is not enough.
    private void MakeRoom(uint now)
    {
        var before = _slots;
        var recent = 0;
        foreach (ref readonly var slot in before.AsSpan())
            if (IsKept(slot, now)) recent++;
        _slots = new Slot[recent < before.Length / 4 ? before.Length : before.Length * Growth];
        _used = 0;
        foreach (ref readonly var slot in before.AsSpan())
            if (IsKept(slot, now)) Note(slot, now);
    }

    private void Forget(int generation)
    {
        _generation = generation;
        _used = 0;
        if (++_epoch != 0) return;
        Array.Clear(_slots);
        _epoch = 1;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Slot(in FlowIdentity flow, ushort epoch, uint at)
    {
        private readonly UInt128 _source = flow.Match.Source.Value;
        private readonly UInt128 _destination = flow.Match.Destination.Value;
        private readonly ulong _portsAndVlans = FlowHash.PortsAndVlans(flow.Match);
        private readonly ushort _rest = FlowHash.Rest(flow);

        public ushort Epoch { get; } = epoch;

        public uint At { get; } = at;

        /// <summary>Masked, the slot it belongs in.</summary>
        public int Place => (int)(FlowHash.Of(_source, _destination, _portsAndVlans, _rest) >> 32);

        public bool IsSameFlow(in Slot other) =>
            _source == other._source && _destination == other._destination && _portsAndVlans == other._portsAndVlans
            && _rest == other._rest;
    }
}
