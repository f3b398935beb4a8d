using Assist.Gobgp;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;

namespace Assist.Daemon;

/// <summary>The guard process beside a daemon that announces: an engine keeps the rules of a client that has died. When
/// the daemon has been gone for the lease and no other has taken its place, the guard withdraws what is marked as
/// ours.</summary>
/// <param name="say">Takes a line for the operator.</param>
internal sealed class LeaseGuard(
    EngineAddress engine, Community mark, TimeSpan lease, string lockFile, TimeProvider time, Action<string> say)
{
    // The lock of a process that dies is free a moment after its pipes are closed.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Ends when there is nothing left to guard.</summary>
    /// <param name="daemon">A pipe from the daemon, which ends when the daemon does.</param>
    /// <param name="hurried">Cancelled where the guard is told to end: then the lease is over.</param>
    public async Task RunAsync(Stream daemon, CancellationToken hurried)
    {
        await EndAsync(daemon);
        await WaitAsync(hurried);
        using var held = LeaseLock.TryTake(lockFile);
        if (held is null) return;
        say($"the daemon has been gone for {lease.TotalSeconds:0} s: withdrawing its rules from GoBGP at {engine}");
        using var gobgp = new GobgpEngine(engine);
        var (fault, begun) = ("", time.GetTimestamp());
        while (await TryWithdrawAsync(gobgp) is { } left)
        {
            if (left != fault) say(fault = left);
            // The rules of an engine that is gone for good are gone with it.
            if (hurried.IsCancellationRequested || time.GetElapsedTime(begun) > s_longest) return;
            await Task.Delay(s_retry, time, CancellationToken.None);
        }
        say("every rule of ours is withdrawn");
    }

    private static async Task EndAsync(Stream daemon)
    {
        var buffer = new byte[16];
        try
        {
            while (await daemon.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It is gone too.
        }
    }

    private async Task WaitAsync(CancellationToken hurried)
    {
        await Task.Delay(s_shortest, time, CancellationToken.None);
        try
        {
            if (lease > s_shortest) await Task.Delay(lease - s_shortest, time, hurried);
        }
        catch (OperationCanceledException)
        {
            // No lease any more.
        }
    }

    // Null when it is done.
    private async Task<string?> TryWithdrawAsync(GobgpEngine gobgp)
    {
        try
        {
            var left = await Withdrawal.OfAllAsync(gobgp, mark, CancellationToken.None);
            return left == 0 ? null : $"the engine still has {left} rules of ours; retrying";
        }
        catch (TargetException e)
        {
            return $"rules of ours may be left: {e.Message}; retrying";
        }
    }
}
