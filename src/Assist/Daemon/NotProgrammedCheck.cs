using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;

namespace Assist.Daemon;

/// <summary>What was asked for gets onto the switch. While the switch is away or the daemon paused, that is the
/// problem.</summary>
/// <param name="isHindered">True while nothing can be programmed anyway.</param>
internal sealed class NotProgrammedCheck(Func<bool> isHindered, Func<TimeSpan> now) : IHealthCheck
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // When each flow that waits was first seen to wait. Guarded by the gate; as large as the table at most.
    private Dictionary<string, TimeSpan> _waiting = [];

    public void Observe(TableReading table)
    {
        lock (_gate)
        {
            var (before, at) = (_waiting, now());
            _waiting = isHindered() ? []
                : table.View.Flows.Where(Waits).Select(flow => flow.Entries[0].Key)
                    .ToDictionary(key => key, key => before.GetValueOrDefault(key, at), StringComparer.Ordinal);
        }
    }

    public IEnumerable<Finding> Look(TableReading table)
    {
        lock (_gate)
        {
            var at = now();
            var late = _waiting.Where(flow => at - flow.Value > s_long).ToList();
            if (late.Count == 0) return [];
            var oldest = late.MinBy(flow => flow.Value);
            return
            [
                Finding.Problem(HealthKind.NotProgrammed,
                    $"{late.Count} flows were asked for over a minute ago and are not programmed, such as {oldest.Key} "
                    + $"for {(at - oldest.Value).TotalSeconds:0} s; `assist monitor` shows their state"),
            ];
        }
    }

    private static bool Waits(FlowView flow) => flow.State is FlowState.Requested or FlowState.Pending;
}
