namespace Assist.Daemon;

/// <summary>What only the start has needed, given back to the system once.</summary>
internal static class StartupMemory
{
    // Until then the switch, if it is there, has been read for the first time, and what that takes is garbage too.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    public static async Task ReleaseAsync(TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(s_settled, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Release();
    }

    // The configuration as text and nodes, the command line, the first reading of the switch: what outlives one
    // collection is kept until the next, and a daemon that allocates nothing for its messages never comes to one.
    private static void Release() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
