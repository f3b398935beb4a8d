using System.Net;
using Assist.Configuration;
using Assist.Events;
using Assist.Tests.Processes;

namespace Assist.Tests.Events;

/// <summary>A queue that ends, and a sender that waits longer and longer.</summary>
public sealed class EventOutletTests : IDisposable
{
    private static readonly DateTime s_now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly int _port = Rig.FreePort();
    private readonly EventOutlet _outlet;

    public EventOutletTests() => _outlet = new EventOutlet(
        new WebhookSink(new EventWebhookOptions(Told.All) { Url = new Uri($"http://127.0.0.1:{_port}/") }, _time),
        Told.All with { PerSecond = 1_000_000 }, _time, _log);

    public void Dispose() => _outlet.Dispose();

    [Fact]
    public void A_full_queue_leaves_out_flows_first_and_then_everything()
    {
        for (var i = 0; i < EventOutlet.Capacity + 10; i++) Offer(EventTopic.Add);
        var flows = _outlet.Status;
        for (var i = 0; i < EventOutlet.Capacity; i++) Offer(EventTopic.Switch);

        Assert.Equal((EventOutlet.Capacity - 128, 138), (flows.Waiting, flows.LeftOut));
        Assert.Equal(EventOutlet.Capacity, _outlet.Status.Waiting);
        // Nor is there room to say it.
        _outlet.TellLeftOut(s_now);
        Assert.Equal(EventOutlet.Capacity, _outlet.Status.Waiting);
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_asked_less_and_less_and_the_log_has_one_line()
    {
        using var stop = new CancellationTokenSource();
        Offer(EventTopic.Switch);
        var running = _outlet.RunAsync(stop.Token);
        foreach (var (attempt, wait) in new[] { (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60) })
        {
            await Await.Until(() => _outlet.Status.Failed == attempt, $"attempt {attempt} has failed");
            await _time.WhenWaitedForAsync();
            _time.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromTicks(1));
            Assert.Equal(attempt, _outlet.Status.Failed);
            _time.Advance(TimeSpan.FromTicks(1));
        }

        using var receiver = new HttpListener();
        receiver.Prefixes.Add($"http://127.0.0.1:{_port}/");
        receiver.Start();
        var answering = AnswerOneAsync(receiver);
        await Await.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _outlet.Status.Sent == 1;
            },
            "it was sent");
        await answering;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Null(_outlet.Status.Fault);
        Assert.Equal(2, _log.All.Count);
    }

    private static async Task AnswerOneAsync(HttpListener receiver)
    {
        var context = await receiver.GetContextAsync();
        context.Response.StatusCode = 204;
        context.Response.Close();
    }

    private void Offer(EventTopic topic)
    {
        if (_outlet.Admits(topic, TimeSpan.Zero)) _outlet.Add(Told.Fact());
    }
}
