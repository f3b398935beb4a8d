using Assist.Syslog;

namespace Assist.Tests.Syslog;

public sealed class BatchRelayTests
{
    private const int Full = DatagramBatch.Capacity;

    private readonly List<(TimeSpan At, int Count, Thread By)> _handled = [];
    private readonly List<Thread> _started = [];
    private int _inHand;

    [Fact]
    public void Batches_are_handled_in_order_and_one_at_a_time()
    {
        var (relay, random, expected) = (NewRelay(), new Random(1), new List<(TimeSpan, int)>());
        for (var i = 0; i < 20_000; i++)
        {
            Assert.NotNull(relay.Next());
            var count = random.Next(3) > 0 ? Full : random.Next(Full);
            relay.Take(count, TimeSpan.FromTicks(i));
            if (count > 0) expected.Add((TimeSpan.FromTicks(i), count));
            if (random.Next(10) == 0) relay.Flush();
        }
        relay.End(abandon: false);

        Assert.Equal(expected, _handled.Select(each => (each.At, each.Count)));
        Assert.Equal(2, _handled.Select(each => each.By).Distinct().Count());
        Assert.False(_started.Single().IsAlive);
    }

    [Fact]
    public void At_ordinary_rates_there_is_one_thread()
    {
        var relay = NewRelay();
        for (var i = 0; i < 100; i++)
        {
            relay.Next();
            relay.Take(Full - 1, TimeSpan.FromTicks(i));
            Assert.False(relay.HoldsBack);
        }
        relay.End(abandon: false);
        Assert.Empty(_started);
        Assert.All(_handled, each => Assert.Equal(Thread.CurrentThread, each.By));
    }

    [Fact]
    public void A_full_batch_waits_for_more_but_not_for_ever()
    {
        var relay = NewRelay();
        relay.Next();
        relay.Take(Full, TimeSpan.Zero);
        Assert.True(relay.HoldsBack);
        Assert.Empty(_started);
        relay.Flush();
        Assert.False(relay.HoldsBack);
        relay.End(abandon: false);
        Assert.Single(_handled);
    }

    [Fact]
    public void Nothing_is_received_into_a_relay_whose_second_thread_died()
    {
        var relay = new BatchRelay((_, _, _) => throw new InvalidOperationException("fault"), Start);
        while (relay.Next() is not null) relay.Take(Full, TimeSpan.Zero);
        relay.End(abandon: true);
        Assert.False(_started.Single().IsAlive);
    }

    [Fact]
    public void What_is_abandoned_is_not_handled()
    {
        using var gate = new ManualResetEventSlim();
        var relay = new BatchRelay((_, _, now) => { gate.Wait(); _handled.Add((now, 0, Thread.CurrentThread)); }, Start);
        for (var i = 0; i < 6; i++)
        {
            relay.Next();
            relay.Take(Full, TimeSpan.FromTicks(i));
        }
        var ending = new Thread(() => relay.End(abandon: true));
        ending.Start();
        Assert.True(SpinWait.SpinUntil(() => relay.IsEnding, TimeSpan.FromSeconds(30)));
        gate.Set();
        ending.Join();
        Assert.Equal([TimeSpan.Zero], _handled.Select(each => each.At));
    }

    private BatchRelay NewRelay() => new(Handle, Start);

    private void Handle(DatagramBatch batch, int count, TimeSpan now)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inHand));
        _handled.Add((now, count, Thread.CurrentThread));
        Interlocked.Decrement(ref _inHand);
    }

    private Thread Start(Action body)
    {
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (InvalidOperationException)
            {
            }
        });
        _started.Add(thread);
        thread.Start();
        return thread;
    }
}
