namespace Assist.Tests;

/// <summary>What code allocates once it runs as it will in the daemon.</summary>
internal static class Allocation
{
    private const int Rounds = 8;

    /// <summary>Bytes the calling thread allocates in the cheapest of a few rounds. Code that allocates does so in each
    /// of them; the runtime, which exchanges code it has found hot, only in some.</summary>
    public static long OfCheapest(Action round)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Rounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
