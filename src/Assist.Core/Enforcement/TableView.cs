using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>One flow in a <see cref="TableView"/>.</summary>
/// <param name="ExpiresAt">Monotonic; <see cref="TimeSpan.MaxValue"/> without a hard timeout.</param>
/// <param name="Packets">Null where the target does not count them.</param>
/// <param name="PacketsPerMinute">Null until it was measured.</param>
/// <param name="Rejection">The switch's own words, for a rejected flow.</param>
public readonly record struct FlowView(
    Verdict Verdict, IReadOnlyList<TargetEntry> Entries, FlowState State, long? Packets,
    double? PacketsPerMinute, TimeSpan ExpiresAt, int Escalation, string? Rejection)
{
    /// <summary>See <see cref="FlowRecord.BegunAt"/>.</summary>
    public TimeSpan? BegunAt { get; init; }

    /// <summary>Null where the target does not count them.</summary>
    public long? Bytes { get; init; }
}

/// <summary>Room in the table, in entries.</summary>
/// <param name="Limit">What may be used: the capacity, or less where the switch has refused entries.</param>
/// <param name="Others">Static and foreign entries.</param>
/// <param name="FreeForOthers">What bypasses and redirects may still take.</param>
public readonly record struct RoomView(
    int Capacity, int Limit, int Used, int Others, int Free, int FreeForOthers, bool IsShort, bool IsLimitLearned);

/// <summary>What drops and bypasses have of the table, in entries.</summary>
/// <param name="DenialLimit">What denials may take together.</param>
/// <param name="BypassFloor">What of bypasses no drop displaces.</param>
public readonly record struct SharesView(int Denials, int DenialLimit, int Threats, int Bypasses, int BypassFloor);

/// <summary>The flow table at one moment, for all who read it. Never changed after it was made; the loop that owns the
/// table makes a new one when something has changed.</summary>
public sealed record TableView
{
    /// <summary>Monotonic, on the loop's clock.</summary>
    public required TimeSpan At { get; init; }
    public required RoomView Room { get; init; }
    public required SharesView Shares { get; init; }
    public required IReadOnlyList<FlowView> Flows { get; init; }

    /// <summary>The last flows that left, oldest first.</summary>
    public required IReadOnlyList<EndedFlow> Ended { get; init; }
    public required TableTotals Totals { get; init; }

    /// <summary>Packets counted since the start, by action.</summary>
    public required Func<FlowAction, long> Packets { get; init; }

    /// <summary>Flows that left since the start, by action and reason.</summary>
    public required Func<FlowAction, FlowEnd, long> EndCounts { get; init; }

    /// <summary>How often each limit has refused a flow since the start.</summary>
    public required Func<FlowLimit, long> Refused { get; init; }

    /// <summary>Entries that the switch does not let go of, with its reason.</summary>
    public required IReadOnlyList<(string Name, string Reason)> RefusedRemovals { get; init; }

    /// <summary>Flows that wait to be sent.</summary>
    public required int Waiting { get; init; }

    /// <summary>Something was sent that no reading of the switch has shown yet.</summary>
    public required bool AwaitsReadBack { get; init; }

    /// <summary>Some removal was not confirmed by the switch.</summary>
    public required bool HasRemovals { get; init; }

    /// <summary>Ended drops that are remembered for escalation; null where drops are not escalated.</summary>
    public required int? Remembered { get; init; }

    /// <summary>To be called by the table's owner.</summary>
    public static TableView Of(FlowTable table, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(table);
        var (packets, ends) = (table.PacketsByAction(), table.Ends.Counts());
        return new TableView
        {
            At = now,
            Room = Of(table.Budget),
            Shares = SharesOf(table.Budget),
            Refused = table.Limits.Refused(),
            Flows = [.. table.Flows.Select(Of)],
            Ended = [.. table.Ends.Last],
            Totals = table.Totals.Copy(),
            Packets = packets,
            EndCounts = ends,
            RefusedRemovals = [.. table.RefusedRemovals],
            Waiting = table.Waiting,
            AwaitsReadBack = table.AwaitsReadBack,
            HasRemovals = table.HasRemovals,
            Remembered = table.Escalation?.Count,
        };
    }

    private static FlowView Of(FlowRecord record) => new(
        record.Verdict, record.Entries, record.State, record.Packets, record.PacketsPerMinute, record.ExpiresAt,
        record.Escalation, record.Rejection)
    {
        BegunAt = record.BegunAt,
        Bytes = record.Traffic.Bytes,
    };

    private static SharesView SharesOf(FlowBudget budget) => new(
        budget.Of(FlowClass.Denial), budget.DenialLimit, budget.Of(FlowClass.Threat), budget.Of(FlowClass.Bypass),
        budget.BypassFloor);

    private static RoomView Of(FlowBudget budget) => new(
        budget.Capacity, budget.Limit, budget.Used, budget.Others, budget.Free, budget.FreeForOthers, budget.IsShort,
        budget.IsLimitLearned);
}

/// <summary>Publishes views of the table, seldom enough to cost nothing that counts and often enough to be the table to
/// an operator. Written by the loop, read by any thread.</summary>
internal sealed class ViewPublisher(FlowTable table)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    // A view copies what is told of each flow, so a large table is shown less often than a small one.
    private static readonly TimeSpan s_perFlow = TimeSpan.FromMilliseconds(0.5);

    private volatile TableView _last = TableView.Of(table, TimeSpan.Zero);
    private bool _isStale;
    private TimeSpan _due;

    public TableView Last => _last;

    /// <summary>When the next view is to be made; never while nothing has changed.</summary>
    public TimeSpan Due => _isStale ? _due : TimeSpan.MaxValue;

    /// <summary>Something has changed.</summary>
    public void Touch() => _isStale = true;

    public void PublishIfDue(TimeSpan now)
    {
        if (now >= Due) Publish(now);
    }

    public void Publish(TimeSpan now)
    {
        _last = TableView.Of(table, now);
        _isStale = false;
        var interval = s_perFlow * _last.Flows.Count;
        _due = now + (interval < s_shortest ? s_shortest : interval < s_longest ? interval : s_longest);
    }
}
