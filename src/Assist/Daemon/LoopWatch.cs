namespace Assist.Daemon;

/// <summary>Notices a loop that stands still, so that the daemon ends and whoever started it starts it again. systemd
/// sees that sooner (<see cref="Watchdog"/>); EOS restarts a daemon that has ended, and looks no closer.</summary>
/// <param name="lastTurn">When the loop last began a turn. At rest it turns once a second.</param>
internal sealed class LoopWatch(Func<TimeSpan> lastTurn)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private TimeSpan? _last;
    private int _looks;

    /// <summary>Runs until it is cancelled, or the loop stands still.</summary>
    /// <exception cref="DaemonException">It does.</exception>
    public async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        while (Turns()) await Task.Delay(s_interval, time, cancellation);
        throw new DaemonException($"the loop of the flow table has not turned for {Patience.TotalSeconds:0} s");
    }

    // Looks count and not the time: while the whole process stands still, its loop is not to blame.
    private bool Turns()
    {
        var turn = lastTurn();
        (_last, _looks) = turn == _last ? (turn, _looks + 1) : (turn, 0);
        return _looks * s_interval < Patience;
    }
}
