using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;

namespace Assist.Daemon;

/// <summary>The flow table as readers see it: taken on its loop, and never changed after.</summary>
internal sealed record TableView
{
    public required TableStatus Table { get; init; }

    /// <summary>Null where drops are not escalated.</summary>
    public EscalationCounts? Escalation { get; init; }

    /// <summary>Changes that wait for the switch.</summary>
    public required int Waiting { get; init; }

    /// <summary>Something was sent that no reading of the switch has shown yet.</summary>
    public required bool AwaitsReadBack { get; init; }

    /// <summary>The switch has refused flows for lack of room below its capacity.</summary>
    public required bool IsLimitLearned { get; init; }
    public required bool IsShort { get; init; }
    public required int Rejected { get; init; }

    /// <summary>Entries that the switch does not let go of, with its reason.</summary>
    public required IReadOnlyList<(string Name, string Reason)> RefusedRemovals { get; init; }

    /// <summary>To be called by the table's owner.</summary>
    public static TableView Of(FlowTable table) => new()
    {
        Table = StatusView.Table(table),
        Escalation = table.Escalation is not { } memory ? null
            : new EscalationCounts(table.Flows.Count(flow => flow.Escalation > 0), memory.Count),
        Waiting = table.Waiting,
        AwaitsReadBack = table.AwaitsReadBack,
        IsLimitLearned = table.Budget.IsLimitLearned,
        IsShort = table.Budget.IsShort,
        Rejected = table.Flows.Count(flow => flow.State == FlowState.Rejected),
        RefusedRemovals = [.. table.RefusedRemovals],
    };
}

/// <param name="Escalated">Drops in the table that came back after they ended.</param>
/// <param name="Remembered">Drops that would be known if they came back.</param>
internal sealed record EscalationCounts(int Escalated, int Remembered);

/// <summary>A view, and for how long the loop has not answered since; zero while it answers.</summary>
internal readonly record struct TableReading(TableView View, TimeSpan Silence);

/// <summary>The last view of the table, for whoever reports: a loop that is stuck holds nobody up.</summary>
internal sealed class TableReader(FlowController controller, TableView first, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private volatile TableView _last = first;

    // Guarded by the gate: one question at a time, however many ask.
    private Task<TableView>? _asked;
    private long _askedAt;

    /// <exception cref="OperationCanceledException">The loop has ended.</exception>
    public async Task<TableReading> ReadAsync()
    {
        var (asked, since) = Ask();
        try
        {
            _last = await asked.WaitAsync(s_patience, time);
            return new TableReading(_last, TimeSpan.Zero);
        }
        catch (TimeoutException)
        {
            return new TableReading(_last, time.GetElapsedTime(since));
        }
    }

    private (Task<TableView> Asked, long Since) Ask()
    {
        lock (_gate)
        {
            if (_asked is null || _asked.IsCompleted)
                (_asked, _askedAt) = (controller.AskAsync(TableView.Of), time.GetTimestamp());
            return (_asked, _askedAt);
        }
    }
}
