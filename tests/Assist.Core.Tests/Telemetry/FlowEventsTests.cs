using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;
using Assist.Tests.Inputs.Syslog;
using Microsoft.Extensions.Logging;

namespace Assist.Tests.Telemetry;

public sealed class FlowEventsTests
{
    private readonly FlowEvents _events = new();

    [Fact]
    public void Each_reader_gets_every_event_once_and_in_order()
    {
        Publish(3);
        long one = 0, other = 2;

        Assert.Equal([0, 1], Read(ref one, most: 2));
        Publish(1, from: 3);
        Assert.Equal([2, 3], Read(ref one, most: 10));
        Assert.Empty(Read(ref one, most: 10));
        Assert.Equal([2, 3], Read(ref other, most: 10));
    }

    [Fact]
    public void A_reader_that_is_too_slow_loses_the_oldest_and_is_told_how_many()
    {
        Publish(FlowEvents.Capacity + 5);
        long cursor = 2;

        var read = _events.Read(ref cursor, 1, out var lost);

        Assert.Equal((3, 5, 6), (lost, Assert.Single(read).Count, cursor));
    }

    [Fact]
    public async Task A_reader_waits_until_there_is_something()
    {
        var waiting = _events.ArrivedAsync(0, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        Publish(1);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(_events.ArrivedAsync(0, CancellationToken.None).IsCompleted);
        Assert.False(_events.ArrivedAsync(1, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task The_log_has_every_event_also_those_of_the_last_moment()
    {
        using var lines = new LogLines();
        using var stopping = new CancellationTokenSource();
        var log = new FlowEventLog(_events, new Logger<FlowEventLog>(lines));
        var running = log.RunAsync(stopping.Token);
        _events.Publish(new FlowEvent(FlowEventKind.Requested, default) { Rule = "r", Flow = "f" });
        await Await.Until(() => lines.All.Count == 1, "the first is written");
        await stopping.CancelAsync();
        await running;

        _events.Publish(new FlowEvent(FlowEventKind.Ended, default) { Rule = "r", Flow = "f", Reason = "expired" });
        log.WriteRest();

        Assert.Equal(["rule r asks for f", "f of rule r ended: expired"], lines.All);
    }

    [Fact]
    public void The_log_says_whose_log_asked_for_a_flow_and_lets_no_text_of_it_look_like_ours()
    {
        using var lines = new LogLines();
        var log = new FlowEventLog(_events, new Logger<FlowEventLog>(lines));
        var origin = new Origin
        {
            Transport = Transport.Tls,
            Sender = IpAddr.V4(0xc000020a),
            FirewallRule = "deny \", session \"9",
            SessionId = "7",
        };

        _events.Publish(
            new FlowEvent(FlowEventKind.Requested, default) { Rule = "r", Flow = "f", Origin = origin });
        log.WriteRest();

        Assert.Equal(
            ["rule r asks for f; log of 192.0.2.10 (tls), firewall rule \"deny ', session '9\", session \"7\""],
            lines.All);
    }

    // The name of such a flow is a hash, or writes the addresses with other signs.
    [Fact]
    public void The_log_names_the_addresses_of_a_flow_with_IPv6()
    {
        using var lines = new LogLines();
        var log = new FlowEventLog(_events, new Logger<FlowEventLog>(lines));
        var match = new FlowMatch
        {
            Source = IpAddr.V6((UInt128)0x2001_0db8_0000_0000 << 64 | 1),
            Destination = IpAddr.V6((UInt128)0x2001_0db8_0000_0000 << 64 | 2),
        };

        _events.Publish(new FlowEvent(FlowEventKind.Ended, default)
        {
            Rule = "r",
            Flow = "f",
            Reason = "expired",
            Identity = new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere),
        });
        log.WriteRest();

        Assert.Equal(["f of rule r ended: expired; from 2001:db8::1 to 2001:db8::2"], lines.All);
    }

    // Whoever finds a problem writes its line; the default case would say that all static flows are present.
    [Fact]
    public void The_log_leaves_problems_to_those_who_find_them()
    {
        using var lines = new LogLines();
        var log = new FlowEventLog(_events, new Logger<FlowEventLog>(lines));

        _events.Publish(new FlowEvent(FlowEventKind.ProblemBegan, default) { Problem = "switch", Reason = "lost" });
        _events.Publish(new FlowEvent(FlowEventKind.ProblemOver, default) { Problem = "switch" });
        log.WriteRest();

        Assert.Empty(lines.All);
    }

    private void Publish(int count, int from = 0)
    {
        for (var i = from; i < from + count; i++)
            _events.Publish(new FlowEvent(FlowEventKind.TableHasRoom, default) { Count = i });
    }

    private int[] Read(ref long cursor, int most) =>
        [.. _events.Read(ref cursor, most, out _).Select(fact => fact.Count)];
}
