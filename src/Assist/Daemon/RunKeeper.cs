using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Keeps on file that this run has begun and why it ended, and tells if the run before ended without a
/// word.</summary>
internal sealed partial class RunKeeper(RunFile file, TimeProvider time, ILogger<RunKeeper> log)
{
    private readonly LastRun _run = new(time.GetUtcNow(), Environment.ProcessId);

    public void Begin()
    {
        if (file.Read() is { Ended: null } before)
            EndedWithoutAWord(log, before.Pid, WallClock.Text(before.Started));
        Write(_run);
    }

    public void End(string reason) => Write(_run with { Ended = time.GetUtcNow(), Reason = reason });

    private void Write(LastRun run)
    {
        if (file.Write(run) is { } fault) NotKept(log, fault);
    }

    [LoggerMessage(EventId = 663, Level = LogLevel.Warning, Message =
        "the run before, process {Pid} since {Since}, ended without a word: it was killed, or the machine went down")]
    private static partial void EndedWithoutAWord(ILogger log, int pid, string since);

    [LoggerMessage(EventId = 664, Level = LogLevel.Warning, Message =
        "`assist status` will not know how this run ended: {Reason}")]
    private static partial void NotKept(ILogger log, string reason);
}
