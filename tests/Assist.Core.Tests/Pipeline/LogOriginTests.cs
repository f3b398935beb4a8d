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

public sealed class LogOriginTests : IDisposable
{
    private static readonly IpAddr s_sender = IpAddr.V4(0x7f000002);
    private readonly VerdictInbox _inbox = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public void A_verdict_says_who_sent_its_log_and_what_the_log_said()
    {
        var line = Deny();
        (line[2], line[11], line[22]) = ("007951000123", "branch-to-web", "4711");
        var message = line.ToString();

        var origin = OriginOf(message, Transport.Tls, isVerified: true);

        Assert.Equal((Transport.Tls, s_sender, true), (origin.Transport, origin.Sender, origin.IsVerified));
        Assert.Equal(("pan-os", "branch-to-web"), (origin.Format, origin.FirewallRule));
        Assert.Equal(("4711", "007951000123"), (origin.SessionId, origin.Serial));
        Assert.Equal(_time.GetUtcNow().UtcDateTime, origin.ReceivedAt);
        Assert.Equal(DateTimeKind.Utc, origin.ReceivedAt.Kind);
        Assert.Equal(message[..Origin.MaxExcerpt], Encoding.UTF8.GetString(origin.Excerpt.Span));
    }

    [Fact]
    public void What_is_kept_of_a_log_is_bounded_and_a_copy_of_its_own()
    {
        var line = Deny();
        line[11] = new string('r', 200);
        var bytes = Encoding.UTF8.GetBytes(line.ToString());

        var origin = OriginOf(bytes, Transport.Udp, isVerified: false);
        var before = origin.Excerpt.ToArray();
        bytes.AsSpan().Clear();

        Assert.Equal(LogOrigin.MaxText, origin.FirewallRule.Length);
        Assert.Equal(Origin.MaxExcerpt, origin.Excerpt.Length);
        Assert.Equal(before, origin.Excerpt.ToArray());
        Assert.Contains((byte)'r', before);
    }

    [Fact]
    public void The_flow_in_the_table_says_what_asked_for_it()
    {
        var table = new FlowTable(new TableOptions(), Given.Planner);
        var origin = new Origin { Transport = Transport.Tcp, FirewallRule = "a" };
        table.Offer(Given.Drop() with { Origin = origin }, Given.At(0));
        Assert.Same(origin, Assert.Single(table.Flows).Origin);
        var later = origin with { FirewallRule = "b" };
        table.Offer(Given.Drop() with { Origin = later }, Given.At(30));
        Assert.Same(origin, Assert.Single(table.Flows).Origin);
        table.Offer(Given.Drop() with { Origin = later }, Given.At(100));
        Assert.Same(later, Assert.Single(table.Flows).Origin);
    }

    private static PanOsLine Deny()
    {
        var line = PanOsLine.Traffic();
        (line[4], line[30]) = ("deny", "deny");
        return line;
    }

    private Origin OriginOf(string message, Transport transport, bool isVerified) =>
        OriginOf(Encoding.UTF8.GetBytes(message), transport, isVerified);

    private Origin OriginOf(byte[] message, Transport transport, bool isVerified)
    {
        var options = new DecisionOptions
        {
            MaxMessageAge = TimeSpan.Zero,
            Rules = [new() { Name = "drop", Action = RuleAction.Drop, When = [new("Action", ["deny"])] }],
        };
        var pipeline = new DecisionPipeline(new PanOsFormat(), options, Given.Open, TimeSpan.FromMinutes(1));
        var handle = new MessageIntake(pipeline, _inbox, new Counters(), _time).HandlerFor(transport);
        handle(message, new Arrival(s_sender, isVerified, TimeSpan.FromSeconds(7)));
        var taken = new FlowRequest[2];
        Assert.Equal(1, _inbox.Take(taken, []));
        Assert.Equal((RequestKind.Install, TimeSpan.FromSeconds(7)), (taken[0].Kind, taken[0].ReceivedAt));
        return taken[0].Origin!;
    }
}
