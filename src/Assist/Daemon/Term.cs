using Assist.Control;
using Assist.Enforcement;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>A time that an operator gave. It runs on the monotonic clock, so that setting the wall clock neither
/// shortens nor lengthens it.</summary>
internal readonly record struct Term(long Start, TimeSpan Length)
{
    public static Term From(TimeProvider time, TimeSpan length) => new(time.GetTimestamp(), length);

    public bool IsOver(TimeProvider time) => time.GetElapsedTime(Start) >= Length;
}

/// <summary>Ends by itself what an operator ordered for a time.</summary>
internal sealed class TimedOrders(
    PauseControl pausing, AllowanceControl allowances, LogLevelControl logging, FlowController controller,
    TimeProvider time)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(s_look, time, stopping);
            foreach (var ended in allowances.EndWhatIsOver()) Tell($"allow {ended.Address} --end");
            if (await pausing.EndIfOverAsync()) Tell("resume");
            if (logging.EndIfOver()) Tell($"log-level {logging.Current.Level}");
        }
    }

    private void Tell(string command) =>
        controller.Tell(new OperatorOrder(command, Caller.Daemon.User, Words: "its time is over"));
}
