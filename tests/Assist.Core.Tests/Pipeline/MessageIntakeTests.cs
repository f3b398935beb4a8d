using System.Text;
using Assist.Addresses;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Pipeline;

public sealed class MessageIntakeTests : IDisposable
{
    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();
    private readonly MessageHandler _handler;

    public MessageIntakeTests()
    {
        var options = new DecisionOptions
        {
            MaxMessageAge = TimeSpan.Zero,
            Rules =
            [
                new() { Name = "ignore", Action = RuleAction.Ignore, When = [new("Application", ["^dns$"])] },
                new() { Name = "drop", Action = RuleAction.Drop, When = [new("Action", ["deny"])] },
            ],
        };
        var pipeline = new DecisionPipeline(new PanOsFormat(), options, Given.Open, TimeSpan.FromMinutes(1));
        var intake = new MessageIntake(pipeline, _inbox, _counters, new ManualTimeProvider());
        _handler = intake.HandlerFor(Transport.Udp);
    }

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public void Every_message_is_counted_or_handed_over()
    {
        foreach (var message in new[]
        {
            "garbage", Line("deny"), Line("deny"), Line("allow"), Line("deny", "dns"),
            "<14>Nov 21 10:00:00 fw 1,2026/11/21 10:00:00,007951,SYSTEM,general,1"
        })
            _handler(Encoding.UTF8.GetBytes(message), default);
        Assert.Equal(
            (1, 1, 1, 1, 1, 1),
            (Total(Outcome.Malformed), Total(Outcome.Duplicate), Total(Outcome.NoRule), Total(Outcome.Ignored),
                Total(Outcome.NotSession), _inbox.Length));
    }

    [Theory]
    [InlineData("007951", 0)]
    [InlineData("007952", 1)]
    public void A_log_with_another_serial_number_than_its_senders_is_refused(string serial, int refused)
    {
        Assert.True(IpPrefix.TryParse("192.0.2.1", out var sender));
        var pipeline = new DecisionPipeline(
            new PanOsFormat(), new DecisionOptions { MaxMessageAge = TimeSpan.Zero, Rules = [] }, Given.Open, default)
        {
            Pins = new SenderPins([new SenderPin(sender, serial, null)]),
        };
        var handler = new MessageIntake(pipeline, _inbox, _counters, new ManualTimeProvider())
            .HandlerFor(Transport.Udp);

        handler(Encoding.UTF8.GetBytes(Line("deny")), new Arrival(sender.Address, IsVerified: false, TimeSpan.Zero));

        Assert.Equal((refused, 1 - refused), (Total(Outcome.RefusedSender), Total(Outcome.NoRule)));
    }

    [Fact]
    public void The_numbers_of_the_logs_are_followed_and_none_is_refused_for_its_number()
    {
        foreach (var number in (int[])[5, 6, 6, 9])
            _handler(Encoding.UTF8.GetBytes(Line("allow", number: number)), default);

        var sequence = Assert.Single(_counters.Sequences.Known);
        Assert.Equal((4L, 1L, 2), (sequence.Counts.Received, sequence.Counts.Repeated, sequence.Counts.Awaited));
        Assert.Equal(4, Total(Outcome.NoRule));
    }

    [Fact]
    public void A_repeat_after_a_flow_left_the_table_is_handed_over_again()
    {
        var message = Encoding.UTF8.GetBytes(Line("deny"));
        _handler(message, default);
        _inbox.Generation++;
        _handler(message, default);
        Assert.Equal((0, 2), (Total(Outcome.Duplicate), _inbox.Length));
    }

    [Fact]
    public void What_a_full_inbox_refuses_is_shed_and_not_remembered()
    {
        while (_inbox.TryPost(default))
        {
        }
        var message = Encoding.UTF8.GetBytes(Line("deny"));
        _handler(message, default);
        _handler(message, default);
        Assert.Equal((2, 0), (Total(Outcome.Shed), Total(Outcome.Duplicate)));
    }

    [Fact]
    public void A_denial_that_is_shed_takes_its_bypass_back_all_the_same()
    {
        while (_inbox.TryPost(default))
        {
        }
        var denial = PanOsLine.Traffic().Parse().Log;
        _inbox.Bypassed.MarkComplete();
        _handler(Encoding.UTF8.GetBytes(Line("deny")), default);
        Assert.Equal((1, VerdictInbox.Capacity), (Total(Outcome.Shed), _inbox.Length));
        _inbox.Bypassed.Add(new FlowMatch { Source = denial.Source, Destination = denial.Destination });
        _handler(Encoding.UTF8.GetBytes(Line("deny")), default);
        Assert.Equal((2, VerdictInbox.Capacity + 1), (Total(Outcome.Shed), _inbox.Length));
        var first = new FlowRequest[1];
        _inbox.Take(first, []);
        Assert.Equal((RequestKind.TakeBack, denial.Source), (first[0].Kind, first[0].Verdict.Flow.Match.Source));
    }

    [Fact]
    public void The_end_of_a_session_is_handed_over_only_where_it_may_have_a_bypass()
    {
        var line = PanOsLine.Traffic();
        (line[4], line[30]) = ("end", "allow");
        var message = Encoding.UTF8.GetBytes(line.ToString());
        var log = line.Parse().Log;
        var bypass = new FlowMatch { Source = log.Destination, Destination = log.Source };

        // What an earlier run left is not known yet.
        _handler(message, default);
        Assert.Equal((1, 0), (_inbox.Length, Total(Outcome.NoRule)));
        _inbox.Bypassed.MarkComplete();
        _handler(message, default);
        Assert.Equal((1, 1), (_inbox.Length, Total(Outcome.NoRule)));
        _inbox.Bypassed.Add(bypass);
        _handler(message, default);
        Assert.Equal((2, 1), (_inbox.Length, Total(Outcome.NoRule)));
    }

    [Theory]
    [InlineData("allow", "ssl", Outcome.NoRule)]
    [InlineData("deny", "dns", Outcome.Ignored)]
    [InlineData("deny", "ssl", Outcome.Duplicate)]
    public void What_most_messages_become_allocates_nothing(string action, string application, Outcome outcome)
    {
        const int Messages = 1000;
        var message = Encoding.UTF8.GetBytes(Line(action, application));
        for (var i = 0; i < Messages; i++) _handler(message, default);
        var allocated = Allocation.OfCheapest(() =>
        {
            for (var i = 0; i < Messages; i++) _handler(message, default);
        });
        Assert.Equal(0, allocated);
        var counted = Total(outcome);
        _handler(message, default);
        Assert.Equal(1, Total(outcome) - counted);
    }

    private static string Line(string action, string application = "ssl", int number = 1)
    {
        var line = PanOsLine.Traffic();
        (line[30], line[14], line[39]) = (action, application, $"{number}");
        return line.ToString();
    }

    private int Total(Outcome outcome) => (int)_counters.Total(outcome);
}
