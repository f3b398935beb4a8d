using Assist.Flows;

namespace Assist.Outputs.Recording;

/// <summary>Does all that a target does but write: takes changes into a table of its own, says that they were accepted,
/// and shows them as programmed. Plans and recognises as the target it stands for, and lays what it recorded over what
/// that one holds.</summary>
/// <param name="planner">Of the target it stands for.</param>
/// <param name="real">That target, of which only the reads are used; null where there is none, or none that can be
/// read.</param>
public sealed class RecordingTarget(IFlowPlanner planner, IFlowTarget? real, TimeProvider time) : IFlowTarget
{
    private readonly Lock _gate = new();
    private readonly RecordedTable _table = new();
    private readonly RecordingPlanner _planner = new(planner, isAlone: real is null);

    public IFlowPlanner Planner => _planner;

    /// <summary>What the target is taken to hold where there is none.</summary>
    public IReadOnlyList<TargetEntry> Assumed { get; init; } = [];

    public async Task<InstalledFlows> ReadAsync(CancellationToken cancellation)
    {
        var below = real is null ? null : await real.ReadAsync(cancellation);
        lock (_gate)
            return below is null ? _table.Over([.. Assumed.Select(RecordedTable.Shown)], isComplete: true, Now)
                : _table.Over(below.Entries, below.IsComplete, Now);
    }

    // What was recorded is all that is awaited: the real target never gets it.
    public Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate) return Task.FromResult(_table.Some(keys, Now));
    }

    public Task<IReadOnlyList<ChangeResult>> ApplyAsync(
        IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
            foreach (var change in changes) _table.Apply(change, Now);
        return Task.FromResult<IReadOnlyList<ChangeResult>>(
            [.. changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))]);
    }

    private TimeSpan Now => time.GetElapsedTime(0, time.GetTimestamp());
}
