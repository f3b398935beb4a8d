using Assist.Addresses;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Tests.Daemon;

/// <summary>What is told of one sender, looked at every five seconds.</summary>
public sealed class SenderHealthTests
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    private readonly SenderCounts _counts = new(IpAddr.V4(0x0a000001));
    private readonly SenderHealth _health;
    private HealthOptions _options = new();
    private bool _isExpected = true;
    private TimeSpan _now;

    public SenderHealthTests() => _health = new SenderHealth(_counts, TimeSpan.Zero);

    [Fact]
    public void A_sender_that_was_never_heard_is_a_problem_after_15_minutes()
    {
        Pass(minutes: 15);
        Assert.Empty(Kinds());
        Pass(minutes: 1);
        Assert.Equal(["sender_silent"], Kinds());

        Hear(1);
        Pass(minutes: 1);
        Assert.Empty(Kinds());
    }

    [Fact]
    public void A_sender_may_be_silent_for_ten_times_as_long_as_is_usual_for_it()
    {
        for (var i = 0; i < 3; i++)
        {
            Hear(1);
            Pass(minutes: 4);
        }
        Hear(1);

        Pass(minutes: 40);
        Assert.Empty(Kinds());
        Pass(minutes: 1);
        Assert.Equal(["sender_silent"], Kinds());
    }

    [Fact]
    public void A_silence_that_was_a_problem_does_not_become_usual()
    {
        Hear(1);
        Pass(minutes: 60);
        Hear(1);
        Pass(minutes: 1);
        Assert.Empty(Kinds());

        Pass(minutes: 16);
        Assert.Equal(["sender_silent"], Kinds());
    }

    [Fact]
    public void An_address_of_a_prefix_is_waited_for_when_it_has_shown_that_it_goes_on()
    {
        _isExpected = false;
        Hear(1);
        Pass(minutes: 60);
        Assert.Empty(Kinds());

        Hear(30);
        Pass(minutes: 1);
        Assert.Empty(Kinds());
        Pass(minutes: 20);
        Assert.Equal(["sender_silent"], Kinds());
    }

    [Fact]
    public void Zero_turns_each_judgement_off()
    {
        _options = new HealthOptions { Silence = TimeSpan.Zero, RefusedPercent = 0 };
        Hear(100, Outcome.Stale);
        Pass(minutes: 600);
        Assert.Empty(Kinds());
    }

    [Theory]
    [InlineData(Outcome.Stale, "logs_stale")]
    [InlineData(Outcome.Malformed, "logs_malformed")]
    [InlineData(Outcome.NoInterface, "logs_without_interface")]
    [InlineData(Outcome.RefusedSender, "logs_of_other_serial")]
    public void More_than_half_refused_for_one_reason_is_a_problem_until_a_minute_is_better(
        Outcome outcome, string kind)
    {
        Hear(11, outcome);
        Hear(10);
        Pass(minutes: 1);
        Assert.Equal([kind], Kinds());

        Hear(10, outcome);
        Hear(10);
        Pass(minutes: 1);
        Assert.Empty(Kinds());
    }

    [Fact]
    public void Several_reasons_are_judged_together()
    {
        Hear(4, Outcome.Stale);
        Hear(4, Outcome.Malformed);
        Hear(7);
        Pass(minutes: 1);
        Assert.Equal(["logs_refused"], Kinds());
    }

    [Fact]
    public void A_sender_that_sends_little_is_judged_when_it_has_sent_ten()
    {
        Hear(9, Outcome.Stale);
        Pass(minutes: 10);
        Assert.Empty(Kinds());
        Hear(1, Outcome.Stale);
        Pass(minutes: 1);
        Assert.Equal(["logs_stale"], Kinds());
    }

    [Fact]
    public void A_sender_of_which_nothing_matches_a_rule_is_noticed_until_something_does()
    {
        Hear(60, Outcome.NoRule);
        Hear(39, Outcome.NotSession);
        Assert.Empty(Kinds());
        Hear(1, Outcome.NoRule);
        var notice = Assert.Single(_health.Findings(_now));
        Assert.Equal((false, "logs_without_rule"), (notice.IsProblem, notice.Kind));

        Hear(1, Outcome.Ignored);
        Assert.Empty(Kinds());
    }

    private void Hear(int count, Outcome outcome = Outcome.Drop)
    {
        for (var i = 0; i < count; i++)
        {
            _counts.Heard(Transport.Udp, _now);
            _counts.Count(Transport.Udp, outcome);
        }
        _health.Observe(_options, _isExpected, _now);
    }

    private void Pass(double minutes)
    {
        for (var end = _now + TimeSpan.FromMinutes(minutes); _now < end;)
            _health.Observe(_options, _isExpected, _now += s_look);
    }

    private IEnumerable<string> Kinds() => _health.Findings(_now).Select(found => found.Kind);
}
