using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;

namespace Assist.Daemon;

/// <summary>No more drops are asked for than one mistake may cause. What is refused for that is told as long as it goes
/// on, and a minute longer.</summary>
internal sealed class BlastCheck(Func<TimeSpan> now) : IHealthCheck
{
    private static readonly TimeSpan s_lasts = TimeSpan.FromMinutes(1);
    private static readonly (FlowLimit Limit, string Key)[] s_limits =
    [
        (FlowLimit.PerMinute, "flows.drops_per_minute"), (FlowLimit.PerRule, "flows.drops_per_rule"),
        (FlowLimit.PerSender, "flows.drops_per_sender"), (FlowLimit.OneAddress, "flows.one_address_drops"),
    ];

    private readonly long[] _refused = new long[s_limits.Length];
    private readonly TimeSpan?[] _rose = new TimeSpan?[s_limits.Length];

    public void Observe(TableReading table)
    {
        for (var i = 0; i < s_limits.Length; i++)
        {
            var refused = table.View.Refused(s_limits[i].Limit);
            if (refused > _refused[i]) (_refused[i], _rose[i]) = (refused, now());
        }
    }

    public IEnumerable<Finding> Look(TableReading table)
    {
        for (var i = 0; i < s_limits.Length; i++)
        {
            if (_rose[i] is not { } rose || now() - rose > s_lasts) continue;
            yield return Finding.Problem(HealthKind.BlastRadius,
                $"more drops are asked for than {s_limits[i].Key} allows, {_refused[i]} were refused since the start; "
                + "`assist monitor` shows which rule and source they are of, `assist undo --since 10m` takes them back")
                with
            { Subject = s_limits[i].Key };
        }
    }
}
