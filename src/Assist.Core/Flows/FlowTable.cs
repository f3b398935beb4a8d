using Assist.Outputs.DirectFlow;
using Assist.Telemetry;

namespace Assist.Flows;

/// <summary>Every flow we asked for and what became of it. Pure: no clock, no I/O, no log; <c>now</c> is monotonic.
/// Touched only by the loop that owns it.</summary>
public sealed partial class FlowTable
{
    // A longer lease is a new entry in place of the old one, so that much before the switch's own timer ends it.
    private static readonly TimeSpan s_renewalLead = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(10);

    private TableOptions _options;
    private readonly FlowPlanner _planner;
    private readonly Dictionary<FlowIdentity, FlowRecord> _flows = [];
    private readonly AddressIndex _bypasses = new();
    private readonly AddressIndex _dropped = new();
    private readonly Queue<FlowRecord> _rejected = new();
    private readonly long[] _packets = new long[Enum.GetValues<FlowAction>().Length];
    private Queue<FlowRecord> _drops = new();
    private Queue<FlowRecord> _others = new();
    private readonly HashSet<FlowRecord> _pending = [];

    // Retractions beyond this before the first whole reading are not remembered for what it will show.
    private const int MaxRetractedUnread = 4096;

    // False where the last search for a flow to displace found none: only a reading or a new bypass can change that.
    private bool _mayDisplace = true;

    // What was taken back before the first whole reading; null after it.
    private HashSet<FlowMatch>? _retractedUnread = [];

    public FlowTable(TableOptions options, FlowPlanner planner)
    {
        (_options, _planner) = (options, planner);
        Budget = new FlowBudget(options);
    }

    public IReadOnlyCollection<FlowRecord> Flows => _flows.Values;

    public FlowBudget Budget { get; }

    public FlowEnds Ends { get; } = new();

    /// <summary>Kept for those who are not on this thread.</summary>
    public BypassedAddresses Bypassed { get; init; } = new();

    /// <summary>What readings of the switch have found since the start.</summary>
    public TableTotals Totals { get; } = new();

    /// <summary>Packets that readings have counted in flows of that action since the start.</summary>
    public long PacketsOf(FlowAction action) => _packets[(int)action];

    /// <summary>The packets as they are counted now, for readers on other threads.</summary>
    public Func<FlowAction, long> PacketsByAction()
    {
        long[] packets = [.. _packets];
        return action => packets[(int)action];
    }

    /// <summary>Entries of ours on the switch or on the way to it.</summary>
    public int Entries => Budget.Used;

    /// <summary>Grows whenever a flow leaves the table or is refused: whoever remembers repeats must forget them then.</summary>
    public int Generation { get; private set; }

    /// <summary>Flows that wait to be sent.</summary>
    public int Waiting => _drops.Count(IsWaiting) + _others.Count(IsWaiting);

    /// <summary>Takes a verdict in; answers what the message became.</summary>
    public Outcome Offer(in Verdict offered, TimeSpan now)
    {
        if (Find(offered.Flow) is { } known) return Repeat(known, offered, now);
        if (offered.Flow.Action == FlowAction.Drop) Retract(offered.Flow.Match, now);
        if (!Admits(offered.Flow)) return Outcome.Protected;
        if (offered.Flow.Action == FlowAction.Bypass && IsDropped(offered.Flow.Match)) return Outcome.Protected;
        if (!HasRoom(offered.Flow, now)) return Outcome.OverLimit;
        var (verdict, level) = Escalate(offered, now);
        Add(new FlowRecord(verdict, _planner.Plan(verdict))
        {
            RequestedAt = now,
            OfferedAt = now,
            ActiveAt = now,
            ExpiresAt = EndOf(verdict, now),
            Escalation = level,
        });
        return verdict.Flow.Action switch
        {
            FlowAction.Drop => Outcome.Drop,
            FlowAction.Bypass => Outcome.Bypass,
            _ => Outcome.Redirect,
        };
    }

    /// <summary>Takes back the bypasses of what is denied, or of a session that has ended; false where there are none. A
    /// session that is dropped must not keep its way past the firewall: the drop stops one direction only, and the bypass
    /// would be back when the drop ends first.</summary>
    /// <param name="match">What every packet of a bypass, in one direction or the other, must be covered by; VLANs do not
    /// count, because not every log names them.</param>
    public bool Retract(in FlowMatch match, TimeSpan now)
    {
        // What an earlier run left is not known yet.
        if (_retractedUnread is { } unread && unread.Count < MaxRetractedUnread) unread.Add(match);
        var covered = _bypasses.CoveredBy(match);
        foreach (var bypass in covered) End(bypass, FlowEnd.Retracted, now);
        return covered.Count > 0;
    }

    // In any state, also refused by the switch: the drop would stop one direction and the bypass carry the other.
    private bool IsDropped(in FlowMatch session) => _dropped.Covering(session).Any();

    /// <summary>Ends or renews what is due. Looks at every flow: call it about once a second, not for every message.</summary>
    public void Tick(TimeSpan now)
    {
        if (Budget.Tick(now)) Generation++;
        foreach (var record in _flows.Values.Where(record => record.ExpiresAt - s_renewalLead <= now).ToList())
        {
            if (IsWantedLonger(record)) Renew(record);
            else if (record.ExpiresAt <= now)
                End(record, record.State == FlowState.Rejected ? FlowEnd.Forgotten : FlowEnd.Expired, now);
        }
    }

    /// <summary>Takes in what the switch says its table holds for flows.</summary>
    public void SwitchHolds(int entries)
    {
        var limit = Budget.Limit;
        Budget.SwitchHolds(entries);
        if (Budget.Limit != limit) Generation++;
    }

    /// <summary>Takes a flow back for an operator; its entries are removed from the switch with the next change set.</summary>
    public void Remove(FlowRecord record, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(record);
        ForgetRepeats(record);
        End(record, FlowEnd.Removed, now);
    }

    private static bool IsDrop(FlowRecord record) => record.Identity.Action == FlowAction.Drop;

    private static bool IsWantedLonger(FlowRecord record) =>
        record.State != FlowState.Rejected && record.RenewUntil > record.ExpiresAt;

    // A bypass for both directions has the entries of a bypass for one: whichever came first owns their names.
    private FlowRecord? Find(in FlowIdentity flow)
    {
        if (_flows.TryGetValue(flow, out var known)) return known;
        if (flow.Action != FlowAction.Bypass) return null;
        if (flow.Placement != Placement.Either) return _flows.GetValueOrDefault(flow with { Placement = Placement.Either });
        return _flows.GetValueOrDefault(flow with { Placement = Placement.AToB })
            ?? _flows.GetValueOrDefault(flow with { Placement = Placement.BToA });
    }

    private Outcome Repeat(FlowRecord record, in Verdict offered, TimeSpan now)
    {
        if (now - record.OfferedAt < _options.DuplicateWindow) return Outcome.Duplicate;
        record.OfferedAt = now;
        if (record.State == FlowState.Rejected) return RetryRejected(record, offered, now);
        var verdict = AtLevel(offered, record.Escalation);
        // The rules may have changed since: who asks last says for how long and with which marking.
        record.Verdict = verdict with { Flow = record.Identity };
        if (verdict.Timeouts.Hard > 0) record.RenewUntil = now + TimeSpan.FromSeconds(verdict.Timeouts.Hard);
        // Packets reach the firewall that the entry should have stopped or diverted: whatever the last reading said, it
        // does not act, or an idle timeout has just ended it. At most one entry a window is written for that.
        // A redirect is where such packets should be; it only lives longer.
        if (record.State == FlowState.Requested || (record.State == FlowState.Programmed && record.Identity.Action != FlowAction.Redirect))
            Renew(record);
        return Outcome.Refreshed;
    }

    private Outcome RetryRejected(FlowRecord record, in Verdict verdict, TimeSpan now)
    {
        // The switch has refused it, and the traffic stays on the firewall.
        if (now < record.RetryAt || !HasRoom(record.Identity, now)) return Outcome.OverLimit;
        if (record.Identity.Action == FlowAction.Bypass && IsDropped(record.Identity.Match)) return Outcome.Protected;
        record.Verdict = verdict with { Flow = record.Identity };
        record.Entries = _planner.Plan(record.Verdict);
        // Perhaps the switch does not take a lifetime as long as that.
        record.Escalation = 0;
        (record.ExpiresAt, record.RenewUntil, record.RequestedAt) = (EndOf(verdict, now), default, now);
        Enqueue(record);
        Budget.Used += record.Size;
        return Outcome.Refreshed;
    }

    private bool HasRoom(in FlowIdentity flow, TimeSpan now)
    {
        var entries = FlowPlanner.EntriesOf(flow);
        return Budget.HasRoom(flow.Action, entries) || (flow.Action == FlowAction.Drop && MakeRoom(entries, now));
    }

    // A drop is worth more than a bypass, whose sessions then pass the firewall again. Those that wait go first, then the
    // least active. One whose packets have not been measured yet stays, as does every redirect: it protects.
    private bool MakeRoom(int entries, TimeSpan now)
    {
        if (!_mayDisplace) return false;
        var lacking = Budget.Lacks(entries);
        var displaced = new List<FlowRecord>();
        foreach (var bypass in _flows.Values
            .Where(record => record is { Size: > 0, Identity.Action: FlowAction.Bypass } && (IsNew(record) || record.PacketsPerMinute is not null))
            .OrderBy(record => record.PacketsPerMinute ?? -1))
        {
            if (lacking <= 0) break;
            lacking -= bypass.Size;
            displaced.Add(bypass);
        }
        _mayDisplace = lacking <= 0;
        if (!_mayDisplace) return false;
        foreach (var bypass in displaced) End(bypass, FlowEnd.Displaced, now);
        return true;
    }

    private bool IsWaiting(FlowRecord record) => record.State == FlowState.Requested && IsCurrent(record);

    // Nothing of it was ever sent.
    private static bool IsNew(FlowRecord record) => record is { State: FlowState.Requested, MayBeInstalled: false };

    private static TimeSpan EndOf(in Verdict verdict, TimeSpan now) =>
        verdict.Timeouts.Hard == 0 ? TimeSpan.MaxValue : now + TimeSpan.FromSeconds(verdict.Timeouts.Hard);

    private void Add(FlowRecord record)
    {
        _flows.Add(record.Identity, record);
        Budget.Used += record.Size;
        IndexOf(record.Identity.Action)?.Add(record);
        if (record.Identity.Action == FlowAction.Bypass)
        {
            _mayDisplace = true;
            Bypassed.Add(record.Identity.Match);
        }
        if (record.State == FlowState.Requested) Enqueue(record);
    }

    private AddressIndex? IndexOf(FlowAction action) => action switch
    {
        FlowAction.Drop => _dropped,
        FlowAction.Bypass => _bypasses,
        _ => null,
    };

    private void Enqueue(FlowRecord record)
    {
        record.State = FlowState.Requested;
        _pending.Remove(record);
        var queue = IsDrop(record) ? _drops : _others;
        // While the switch is away flows come and go without leaving the queue.
        if (queue.Count > 2 * Budget.Capacity)
            for (var left = queue.Count; left > 0; left--)
                if (queue.Dequeue() is var waiting && IsWaiting(waiting)) queue.Enqueue(waiting);
        queue.Enqueue(record);
    }

    private void Renew(FlowRecord record)
    {
        if (record.RenewUntil > record.ExpiresAt) record.ExpiresAt = record.RenewUntil;
        // One that still waits to be sent takes its new lease when it is.
        if (record.State != FlowState.Requested) Enqueue(record);
    }

    private void Reject(FlowRecord record, string? reason, TimeSpan now)
    {
        _pending.Remove(record);
        Budget.Used -= record.Size;
        record.State = FlowState.Rejected;
        record.Rejection = reason;
        record.MayBeInstalled = false;
        var backoff = s_firstBackoff * Math.Pow(2, Math.Min(record.Rejections++, 10));
        record.RetryAt = now + (backoff < s_longestBackoff ? backoff : s_longestBackoff);
        // A verdict that does not repeat by then is history, and so is its refusal.
        record.ExpiresAt = record.RetryAt + s_longestBackoff;
        Generation++;
        _rejected.Enqueue(record);
        // Refused flows take no room on the switch, so only this bounds them.
        while (_rejected.Count > Budget.Capacity)
            if (_rejected.Dequeue() is { State: FlowState.Rejected } oldest) End(oldest, FlowEnd.Forgotten, now);
    }

    private void End(FlowRecord record, FlowEnd why, TimeSpan now)
    {
        if (!IsCurrent(record)) return;
        Budget.Used -= record.Size;
        _flows.Remove(record.Identity);
        _pending.Remove(record);
        IndexOf(record.Identity.Action)?.Remove(record);
        if (record.Identity.Action == FlowAction.Bypass) Bypassed.Remove(record.Identity.Match);
        Generation++;
        if (record.MayBeInstalled) _removals.UnionWith(record.Entries.Select(entry => entry.Name));
        Ends.Add(new EndedFlow(FlowName.OfPair(record.Entries[0].Name), record.Identity.Action, record.Verdict.Rule, why, now)
        {
            Origin = record.Origin,
        });
    }

    private bool IsCurrent(FlowRecord record) =>
        _flows.TryGetValue(record.Identity, out var current) && ReferenceEquals(current, record);
}
