using System.Globalization;

namespace Assist.Daemon;

/// <summary>Tells systemd that the daemon works (sd_watchdog_enabled(3)), for as long as the loop that owns the flow
/// table turns: systemd restarts a daemon whose loop stands still.</summary>
/// <param name="lastTurn">When the loop last began a turn, on the clock of <paramref name="now"/>.</param>
internal sealed class Watchdog(
    ServiceNotification service, TimeSpan limit, Func<TimeSpan> lastTurn, Func<TimeSpan> now)
{
    // The loop turns once a second at rest, and a machine under load may be late.
    private static readonly TimeSpan s_leastPatience = TimeSpan.FromSeconds(3);

    // systemd advises half of its limit; a quarter leaves room for a process that waits for its turn.
    private TimeSpan Interval => limit / 4;

    private TimeSpan Patience => limit / 2 > s_leastPatience ? limit / 2 : s_leastPatience;

    /// <summary>The time after which systemd takes this process for dead; null where it does not watch it.</summary>
    public static TimeSpan? LimitFromEnvironment()
    {
        var isOurs = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isOurs && long.TryParse(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            Feed();
            await Task.Delay(Interval, time, cancellation);
        }
    }

    /// <summary>False where the loop stands still, and systemd is left to act.</summary>
    public bool Feed()
    {
        if (now() - lastTurn() > Patience) return false;
        service.Send("WATCHDOG=1");
        return true;
    }
}
