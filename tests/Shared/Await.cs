using System.Diagnostics;

namespace Assist.Tests;

/// <summary>Waits for something another thread does.</summary>
public static class Await
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(2);

    public static async Task Until(Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < s_deadline, $"still not so after {s_deadline.TotalSeconds} s: {what}");
            await Task.Delay(s_interval);
        }
    }
}
