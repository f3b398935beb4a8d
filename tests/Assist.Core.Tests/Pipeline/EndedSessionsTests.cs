using System.Globalization;
using System.Text;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Pipeline;

public sealed class EndedSessionsTests : IDisposable
{
    private readonly EndedSessions _ended = new();
    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();
    private readonly MessageIntake _intake;

    public EndedSessionsTests()
    {
        var options = new DecisionOptions
        {
            Clock = TimeZoneInfo.Utc,
            Ports = Ports,
            Rules =
            [
                new()
                {
                    Name = "started",
                    Action = RuleAction.Bypass,
                    When = [new("Threat/Content Type", ["^start$"])],
                },
            ],
        };
        var pipeline = new DecisionPipeline(new PanOsFormat(), options, Open, TimeSpan.FromMinutes(1));
        _intake = new MessageIntake(pipeline, _inbox, _counters, new ManualTimeProvider());
        _inbox.Bypassed.MarkComplete();
    }

    public void Dispose() => _inbox.Dispose();

    // The two logs come by two transports, so that the second is decided by another thread's memory.
    [Fact]
    public void A_start_behind_the_end_of_its_own_session_makes_no_bypass()
    {
        Handle("end", "77", Transport.Udp);
        Handle("start", "77", Transport.Tcp);
        Assert.Equal((0, 1), (_inbox.Length, Total(Outcome.Protected)));
        Handle("start", "78", Transport.Tcp);
        Assert.Equal(1, _inbox.Length);
    }

    [Fact]
    public void A_start_before_the_end_makes_one_as_ever()
    {
        Handle("start", "77", Transport.Udp);
        Handle("end", "77", Transport.Udp);
        // The bypass, and the order to take it back.
        Assert.Equal((2, 0), (_inbox.Length, Total(Outcome.Protected)));
    }

    [Fact]
    public void The_end_in_a_stale_log_is_not_believed()
    {
        Handle("end", "77", Transport.Udp, minutes: -10);
        Handle("start", "77", Transport.Udp);
        Assert.Equal((1, 1), (Total(Outcome.Stale), _inbox.Length));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(299, true)]
    [InlineData(302, false)]
    public void An_end_is_known_for_five_minutes(int seconds, bool expected)
    {
        _ended.Note(Bypass().Flow, "77"u8, At(1000));
        Assert.Equal(expected, _ended.Has(Bypass().Flow, "77"u8, At(1000 + seconds)));
        Assert.False(_ended.Has(Bypass().Flow, "7"u8, At(1000)));
        Assert.False(_ended.Has(Bypass(2).Flow, "77"u8, At(1000)));
    }

    [Fact]
    public void A_thread_that_is_a_moment_behind_knows_it_too()
    {
        _ended.Note(Bypass().Flow, "77"u8, At(1000.01));
        Assert.True(_ended.Has(Bypass().Flow, "77"u8, At(999.99)));
    }

    [Fact]
    public void More_ends_than_there_is_room_for_displace_the_oldest()
    {
        for (var i = 0; i < 4 * EndedSessions.Capacity; i++) _ended.Note(Bypass().Flow, Id(i), At(1000 + i / 1000));
        Assert.False(_ended.Has(Bypass().Flow, Id(0), At(1132)));
        var known = Enumerable.Range(0, 1000)
            .Count(i => _ended.Has(Bypass().Flow, Id(4 * EndedSessions.Capacity - 1 - i), At(1132)));
        Assert.InRange(known, 995, 1000);
    }

    private static byte[] Id(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private void Handle(string subtype, string session, Transport transport, int minutes = 0)
    {
        var line = PanOsLine.Traffic();
        var now = new ManualTimeProvider().GetUtcNow().UtcDateTime.AddMinutes(minutes)
            .ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture);
        (line[1], line[4], line[6], line[22], line[30]) = (now, subtype, now, session, "allow");
        _intake.HandlerFor(transport)(Encoding.UTF8.GetBytes(line.ToString()), default);
    }

    private int Total(Outcome outcome) => (int)_counters.Total(outcome);
}
