namespace Assist.Flows;

/// <summary>How many entries may be asked for. Full means that traffic stays on the firewall: below the limit nothing
/// is ever removed to make room.</summary>
public sealed class FlowBudget(TableOptions options)
{
    private readonly int[] _byClass = new int[Enum.GetValues<FlowClass>().Length];
    private TableOptions _options = options;

    // What the switch has refused for lack of room is tried again in steps that double: a probe that fails costs
    // refused flows, whose traffic stays on the firewall.
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMinutes(1);
    private const int FirstProbe = 4;

    private int? _told;
    private int _learned = int.MaxValue;
    private int _probe = FirstProbe;
    private TimeSpan _probeDue;
    private bool _isShort;

    /// <summary>What is configured or the switch says, whichever is less.</summary>
    public int Capacity => Math.Min(_options.Capacity ?? _told ?? TableOptions.DefaultCapacity, _told ?? int.MaxValue);

    /// <summary>True while the switch has refused entries for lack of room below <see cref="Capacity"/>.</summary>
    public bool IsLimitLearned => _learned < Capacity;

    public int Limit => Math.Min(Capacity, _learned);

    /// <summary>Entries that only drops may take.</summary>
    public int Reserve => Math.Min(_options.ReservedForDrops ?? Capacity / 10, Limit);

    /// <summary>Entries of ours on the switch or on the way to it.</summary>
    public int Used { get; private set; }

    /// <summary>Entries the last reading found that are not ours to change, static and foreign ones, and those that the
    /// switch refuses to remove.</summary>
    public int Others { get; internal set; }

    /// <summary>Entries of ours that flows of that class take.</summary>
    public int Of(FlowClass kind) => _byClass[(int)kind];

    /// <summary>Entries that denials may take together.</summary>
    public int DenialLimit => Math.Max(1, (int)((long)Limit * _options.Drops.DenialShare / 100));

    /// <summary>Entries of bypasses that no drop displaces.</summary>
    public int BypassFloor => Math.Min(_options.Drops.BypassFloor ?? Limit / 4, Limit);

    /// <summary>Entries that a drop may still take.</summary>
    public int Free => Math.Max(0, Limit - Others - Used);

    /// <summary>Entries that a bypass or redirect may still take.</summary>
    public int FreeForOthers => _isShort && RoomForOthers < ResumeAt ? 0 : Math.Max(0, RoomForOthers);

    /// <summary>True from the first bypass or redirect that found no room until enough of it is free again.</summary>
    public bool IsShort => _isShort && RoomForOthers < ResumeAt;

    // A fiftieth, so that a table at its limit does not take and refuse in turns.
    private int ResumeAt => Math.Min(Math.Max(2, Limit / 50), Limit - Reserve);

    private int RoomForOthers => Limit - Reserve - Others - Used;

    /// <summary>A flow came into the table, left it, or changed what it takes.</summary>
    internal void Add(FlowClass kind, int entries)
    {
        Used += entries;
        _byClass[(int)kind] += entries;
    }

    /// <summary>A smaller limit takes nothing away: what is over it ends by itself.</summary>
    internal void Configure(TableOptions options) => _options = options;

    /// <summary>What the switch says its table holds for flows.</summary>
    internal void SwitchHolds(int entries) => _told = Math.Max(1, entries);

    internal bool HasRoom(FlowClass kind, int entries)
    {
        if (kind >= FlowClass.Denial)
            return entries <= Free && (kind == FlowClass.Threat || DenialShortfall(entries) == 0);
        _isShort = IsShort;
        if (entries <= FreeForOthers) return true;
        _isShort = true;
        return false;
    }

    /// <summary>Entries that must go before so many more fit.</summary>
    internal int Shortfall(int entries) => Math.Max(0, entries + Used + Others - Limit);

    /// <summary>Entries of denials that must go before so many more of them fit into their share.</summary>
    internal int DenialShortfall(int entries) => Math.Max(0, entries + Of(FlowClass.Denial) - DenialLimit);

    /// <summary>The switch had no room beyond <paramref name="held"/> entries.</summary>
    internal void Refused(int held, TimeSpan now)
    {
        _learned = held;
        _probe = FirstProbe;
        _probeDue = now + s_probeInterval;
    }

    /// <summary>True where there is more room than before.</summary>
    internal bool Tick(TimeSpan now)
    {
        if (_learned == int.MaxValue || now < _probeDue) return false;
        _learned = _learned >= Capacity ? int.MaxValue : _learned + _probe;
        _probe = Math.Min(_probe * 2, Capacity);
        _probeDue = now + s_probeInterval;
        return true;
    }
}
