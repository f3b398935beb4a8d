using System.Text.Json;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Control;
using Assist.Events;
using Assist.Flows;
using Assist.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Events;

/// <summary>From what happens to the lines of a file, on a clock that is moved by hand.</summary>
public sealed class EventFeedTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly FlowEvents _events = new();
    private readonly Counters _counters = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<EventOutlet> _outlets = [];
    private EventFeed? _feed;
    private Task _running = Task.CompletedTask;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _feed?.Dispose();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Each_flow_is_told_with_its_reason_and_what_sums_up_others_is_not()
    {
        Start("all", Told.All);
        _events.Publish(new FlowEvent(FlowEventKind.Requested, TimeSpan.Zero) { Flow = "DROP_1" });
        _events.Publish(Told.Dropped());
        _events.Publish(Told.Ended() with { IsDetail = true });
        _events.Publish(new FlowEvent(FlowEventKind.Ended, TimeSpan.Zero) { Count = 7 });
        _events.Publish(new FlowEvent(FlowEventKind.ProblemBegan, TimeSpan.Zero)
        {
            Problem = HealthKind.SenderSilent,
            Reason = "nothing has been received",
        });

        await PassUntil(() => Lines("all").Count == 4);

        var lines = Lines("all");
        Assert.Equal(["started", "programmed", "ended", "problem_began"], lines.Select(Event));
        Assert.Equal("192.0.2.1", lines[1].GetProperty("message").GetProperty("sender").GetString());
        Assert.Equal(123, lines[2].GetProperty("packets").GetInt64());
        Assert.Equal("sender_silent", lines[3].GetProperty("problem").GetString());
    }

    [Fact]
    public async Task Each_receiver_gets_what_it_chose()
    {
        Start("chosen", Told.All with { On = new HashSet<EventTopic> { EventTopic.Switch, EventTopic.Daemon } });
        _events.Publish(Told.Dropped());
        _events.Publish(Told.SwitchLost());

        await PassUntil(() => Lines("chosen").Count == 2);

        Assert.Equal(["started", "target_lost"], Lines("chosen").Select(Event));
        Assert.Equal(0, _feed!.Status[0].LeftOut);
    }

    [Fact]
    public async Task Beyond_the_rate_flows_are_left_out_and_counted_and_the_switch_is_told_all_the_same()
    {
        Start("few", Told.All with { PerSecond = 3 });
        for (var i = 0; i < 10; i++) _events.Publish(Told.Ended(i));
        _events.Publish(Told.SwitchLost());

        await PassUntil(() => Lines("few").Count == 6);

        var lines = Lines("few");
        Assert.Equal(["started", "ended", "ended", "ended", "target_lost", "left_out"], lines.Select(Event));
        Assert.Equal(7, lines[^1].GetProperty("count").GetInt64());
        Assert.Equal(7, _feed!.Status[0].LeftOut);
    }

    [Fact]
    public async Task Messages_that_were_refused_are_told_and_those_that_nobody_kept_are_counted()
    {
        Start("refused", Told.All);
        Assert.True(IpAddr.TryParse("192.0.2.9", out var sender));
        for (var i = 0; i < 5; i++) _counters.Count(Transport.Udp, Outcome.Malformed);
        _counters.LastRefused.Keep(
            _time.GetElapsedTime(0), Outcome.Malformed, Transport.Udp, sender, "it is no log", "\u001b[2J"u8);

        await PassUntil(() => Lines("refused").Count == 3);

        var lines = Lines("refused");
        Assert.Equal("malformed: it is no log", lines[1].GetProperty("reason").GetString());
        Assert.Equal("\\x1b[2J", lines[1].GetProperty("message").GetProperty("text").GetString());
        Assert.Equal(("left_out", 4), (Event(lines[2]), lines[2].GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task What_was_overwritten_unread_is_counted()
    {
        _feed = New("late", Told.All);
        for (var i = 0; i < FlowEvents.Capacity + 5; i++)
            _events.Publish(new FlowEvent(FlowEventKind.Requested, TimeSpan.Zero));
        _running = _feed.RunAsync(_stop.Token);

        await PassUntil(() => Lines("late").Count == 2);

        Assert.Equal(("left_out", 5), (Event(Lines("late")[1]), Lines("late")[1].GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task A_dry_run_says_so_in_every_fact()
    {
        Start("dry", Told.All, isDryRun: true);
        _events.Publish(Told.Dropped());

        await PassUntil(() => Lines("dry").Count == 2);

        Assert.All(Lines("dry"), line => Assert.True(line.GetProperty("dry_run").GetBoolean()));
    }

    [Fact]
    public async Task What_waits_at_the_stop_is_sent_and_the_stop_itself()
    {
        Start("last", Told.All);
        await PassUntil(() => Lines("last").Count == 1);
        _events.Publish(Told.Dropped());

        await StopAsync();
        await _feed!.SendLastAsync();

        Assert.Equal(["started", "programmed", "stopped"], Lines("last").Select(Event));
    }

    [Fact]
    public async Task A_receiver_that_is_away_gets_it_later_and_is_a_fault_until_then()
    {
        var directory = Path.Combine(_directory, "away");
        // A file where a directory has to be.
        File.WriteAllText(directory, "");
        Start("away/events", Told.All);
        await PassUntil(() => _feed!.Status[0] is { Fault: not null, Failed: >= 2 });
        Assert.Equal(0, _feed!.Status[0].Sent);

        File.Delete(directory);
        _events.Publish(Told.SwitchLost());
        await PassUntil(() => Lines("away/events").Count == 2);

        Assert.Equal(["started", "target_lost"], Lines("away/events").Select(Event));
        Assert.Null(_feed.Status[0].Fault);
    }

    private static string Event(JsonElement line) => line.GetProperty("event").GetString()!;

    private void Start(string file, EventChoice choice, bool isDryRun = false)
    {
        _feed = New(file, choice, isDryRun);
        _running = _feed.RunAsync(_stop.Token);
    }

    private EventFeed New(string file, EventChoice choice, bool isDryRun = false)
    {
        _outlets.Add(new EventOutlet(
            new FileSink(new EventFileOptions(Path.Combine(_directory, file), choice)), choice, _time,
            NullLogger.Instance));
        return new EventFeed(_events, _counters, _outlets, () => _time.GetElapsedTime(0), _time)
        {
            IsDryRun = isDryRun,
        };
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    private List<JsonElement> Lines(string file)
    {
        var path = Path.Combine(_directory, file);
        if (!File.Exists(path)) return [];
        return [.. File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private Task PassUntil(Func<bool> condition) => Await.Until(
        () =>
        {
            _time.Advance(EventFeed.Interval);
            return condition();
        },
        "it was told");
}
