using Assist.Flows;
using Assist.Outputs.Eapi;
using Microsoft.Extensions.Logging;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>Enforces drops by a traffic policy over eAPI. Each set of changes is one config session, opened, filled and
/// committed in one request, and only with lines about what is ours. A commit that the switch does not apply is taken
/// back.</summary>
public sealed partial class TrafficPolicyTarget(
    EapiClient eapi, PolicyPlanner planner, TrafficPolicyOptions options, TimeProvider time,
    ILogger<TrafficPolicyTarget> log) : IFlowTarget
{
    // Then somebody else writes all the time, or no form of a line does what it should.
    private const int MostAttempts = 5;

    // A set that is too much for the switch is halved: so often it is taken back, and what is left then is refused.
    private const int MostTakenBack = 8;

    private readonly ConfigSession _session = new(eapi);
    private PrefixRemoval _removal;

    public IFlowPlanner Planner => planner;

    public async Task<InstalledFlows> ReadAsync(CancellationToken cancellation) =>
        (await ReadingAsync(cancellation)).Installed(options, time.GetUtcNow());

    public Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation) =>
        ReadAsync(cancellation);

    public async Task<IReadOnlyList<ChangeResult>> ApplyAsync(
        IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ChangeResult?[] results = [.. changes.Select(RefusalOf)];
        var (groups, written, takenBack) = (new Stack<int[]>(), 0, 0);
        groups.Push([.. Enumerable.Range(0, results.Length).Where(i => results[i] is null)]);
        while (groups.TryPop(out var group))
        {
            if (group.Length == 0) continue;
            var result = await WriteAsync([.. group.Select(i => changes[i])], written++ > 0, cancellation);
            if (result.LacksRoom) takenBack++;
            if (result.Status == ChangeStatus.Rejected && group.Length > 1 && takenBack < MostTakenBack)
            {
                groups.Push(group[(group.Length / 2)..]);
                groups.Push(group[..(group.Length / 2)]);
                continue;
            }
            foreach (var i in group) results[i] = result;
        }
        return [.. results.Select(result => result!.Value)];
    }

    /// <param name="isPart">Something of the set was written already, so a fault is the answer for these
    /// alone.</param>
    private async Task<ChangeResult> WriteAsync(
        IReadOnlyList<FlowChange> changes, bool isPart, CancellationToken cancellation)
    {
        try
        {
            return await WriteAsync(changes, cancellation);
        }
        catch (TargetException e) when (isPart)
        {
            return new ChangeResult(ChangeStatus.Unknown, e.Message);
        }
    }

    private async Task<ChangeResult> WriteAsync(IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
    {
        var reason = "";
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var before = await ReadingAsync(cancellation);
            RefuseWithoutPolicy(before, changes);
            var after = Wanted(before.State, changes);
            var lines = PolicyCommands.Difference(before.State, after, options, _removal);
            if (lines.Count == 0) return new ChangeResult(ChangeStatus.Accepted);
            var result = await _session.CommitAsync(lines, cancellation);
            if (result.IsCommitted)
            {
                var shown = await ReadingAsync(cancellation);
                if (HasLost(before.Binding, shown.Binding))
                    return await TakeBackAsync(before, shown, cancellation);
                if (IsCarriedOut(shown.State, after) || !TryNextRemoval())
                    return new ChangeResult(ChangeStatus.Accepted);
            }
            else if (result.Refused is not { } line)
            {
                // Somebody else has written since: what we have read is not what is there.
                Conflict(log, result.Reason);
                reason = result.Reason;
            }
            else if (!IsRemoval(line) || !TryNextRemoval())
            {
                Refused(log, line, result.Reason);
                return new ChangeResult(ChangeStatus.Rejected, result.Reason);
            }
        }
        throw new TargetException($"the switch did not commit the changes: {reason}", nothingApplied: true);
    }

    private void RefuseWithoutPolicy(PolicyReading before, IReadOnlyList<FlowChange> changes)
    {
        if (before.HasPolicy || changes.All(change => change.Install.Count == 0)) return;
        throw new TargetException(
            $"the switch has no traffic policy {options.Policy}; run `assist setup`", nothingApplied: true);
    }

    private PolicyState Wanted(PolicyState before, IReadOnlyList<FlowChange> changes)
    {
        var (after, now) = (before.Copy(), time.GetUtcNow());
        after.ForgetOrphans();
        after.Remove(changes.SelectMany(change => change.Remove).ToHashSet(StringComparer.Ordinal));
        foreach (var entry in changes.SelectMany(change => change.Install).OfType<PolicyEntry>())
            after.Install(entry, now);
        return after;
    }

    // The policy is applied as a whole or not at all: what made it too much goes, and nothing else.
    private async Task<ChangeResult> TakeBackAsync(
        PolicyReading before, PolicyReading shown, CancellationToken cancellation)
    {
        NotApplied(log);
        var undo = PolicyCommands.Difference(shown.State, before.State, options, _removal);
        var result = await _session.CommitAsync(undo, cancellation);
        if (!result.IsCommitted)
            throw new TargetException($"the switch has not applied the traffic policy, and did not take the last "
                + $"changes back: {result.Reason}");
        return new ChangeResult(
            ChangeStatus.Rejected, "the switch did not apply the traffic policy with it, so it was taken back")
        {
            LacksRoom = true,
        };
    }

    // That somebody has taken it off meanwhile is no fault of the changes.
    private static bool HasLost(PolicyBinding before, PolicyBinding shown) =>
        shown.Configured.Count > 0
        && ((before.IsApplied(isV6: false) && !shown.IsApplied(isV6: false))
            || (before.IsApplied(isV6: true) && !shown.IsApplied(isV6: true)));

    // Only what should be gone is asked for: what others add is theirs.
    private static bool IsCarriedOut(PolicyState shown, PolicyState wanted) => shown.Sets.All(set =>
        wanted.Sets.TryGetValue(set.Key, out var members) ? set.Value.IsSubsetOf(members) : set.Value.Count == 0);

    private bool IsRemoval(string line) => _removal != PrefixRemoval.Rewrite
        && line.StartsWith(_removal == PrefixRemoval.No ? "no " : "remove ", StringComparison.Ordinal)
        && line.Contains('/', StringComparison.Ordinal);

    private bool TryNextRemoval()
    {
        if (_removal == PrefixRemoval.Rewrite) return false;
        _removal++;
        return true;
    }

    private async Task<PolicyReading> ReadingAsync(CancellationToken cancellation)
    {
        using var response = await eapi.RunAsync(PolicyReading.Commands, EapiFormat.Text, cancellation);
        if (response.Error is { } error)
            throw new TargetException($"the switch cannot show its traffic policies: {error.Reason}");
        return PolicyReading.Of(response.Output(1), response.Output(2), options);
    }

    private ChangeResult? RefusalOf(FlowChange change)
    {
        var obstacle = change.Install.OfType<PolicyEntry>().Select(ObstacleOf)
            .FirstOrDefault(found => found is not null);
        return obstacle is null ? null : new ChangeResult(ChangeStatus.Rejected, obstacle);
    }

    private string? ObstacleOf(PolicyEntry entry) => entry.Obstacle
        ?? (options.Into is not null && entry.Cost > 1
            ? $"it takes a rule, and policy {options.Into} is somebody else's: it can be dropped by one address only"
            : null);

    [LoggerMessage(EventId = 361, Level = LogLevel.Warning,
        Message = "the switch refused '{Line}': {Reason}; nothing of that session was committed")]
    private static partial void Refused(ILogger log, string line, string reason);

    [LoggerMessage(EventId = 362, Level = LogLevel.Warning,
        Message = "the switch did not commit a session, will read and try again: {Reason}")]
    private static partial void Conflict(ILogger log, string reason);

    [LoggerMessage(EventId = 363, Level = LogLevel.Warning,
        Message = "the switch does not apply the traffic policy with the last changes; they are taken back")]
    private static partial void NotApplied(ILogger log);
}
