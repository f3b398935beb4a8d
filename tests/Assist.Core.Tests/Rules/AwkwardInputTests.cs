using System.Globalization;
using System.Text;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Rules;

/// <summary>Rows of the checklist of syslog inputs that a message passes or fails after it was read.</summary>
public sealed class AwkwardInputTests : IDisposable
{
    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    // The header's year may be guessed wrong, or be another; the age is that of the CSV's own date.
    [Theory]
    [InlineData("Dec 31 23:59:59", "2027/01/01 00:00:01", "2027-01-01 00:00:02", Reason.RuleFired)]
    [InlineData("Jan  1 00:00:00", "2026/12/31 23:59:59", "2027-01-01 00:00:01", Reason.RuleFired)]
    [InlineData("Dec 31 23:59:59", "2026/12/31 23:59:59", "2027-01-01 00:00:01", Reason.RuleFired)]
    [InlineData("Dec 31 23:59:59", "2025/12/31 23:59:59", "2027-01-01 00:00:01", Reason.TooOld)]
    [InlineData("Jan  1 00:00:00", "2028/01/01 00:00:00", "2026-12-31 23:59:59", Reason.InTheFuture)]
    [InlineData("Nov 20 10:00:00", "2026/11/20 10:00:00", "2026-11-21 10:00:00", Reason.TooOld)]
    [InlineData("Nov 22 10:00:00", "2026/11/22 10:00:00", "2026-11-21 10:00:00", Reason.InTheFuture)]
    [InlineData("Nov 21 10:00:00", "1970/01/01 00:00:00", "2026-11-21 10:00:00", Reason.TooOld)]
    [InlineData("Nov 21 10:00:00", "9998/12/31 23:59:59", "2026-11-21 10:00:00", Reason.InTheFuture)]
    public void P11_the_age_is_that_of_the_logs_own_date(string header, string logged, string now, Reason reason)
    {
        var line = PanOsLine.Traffic();
        (line[1], line[6]) = (logged, logged);
        var message = $"<14>{header} fw " + line.ToString()[line.Header.Length..];

        Assert.Equal(reason, Decide(new PanOsFormat(), message, "Type", now));
    }

    // A stamp without a year is all that vArmour's log has.
    [Theory]
    [InlineData("Dec 31 23:59:59", "2027-01-01 00:00:01", Reason.RuleFired)]
    [InlineData("Jan  1 00:00:01", "2026-12-31 23:59:59", Reason.RuleFired)]
    [InlineData("Dec 31 00:00:00", "2027-01-01 00:00:00", Reason.TooOld)]
    [InlineData("Jan  1 23:59:59", "2026-12-31 23:59:59", Reason.InTheFuture)]
    [InlineData("Feb 29 12:00:00", "2027-03-01 12:00:00", Reason.InTheFuture)]
    [InlineData("Jul  2 12:00:00", "2026-12-31 23:59:59", Reason.TooOld)]
    public void P11_a_stamp_without_a_year_is_never_more_than_a_year_off(string stamp, string now, Reason reason) =>
        Assert.Equal(reason, Decide(
            new VArmourFormat(), stamp + " 000 vArmour va_syslog: [Chassis(a):Device(4):VA_APP_ANET_RTLOG] "
            + "sip=192.0.2.1 sport=1 dip=192.0.2.2 dport=2 proto=6 sess-close-reason=policy-deny end=1",
            "sess-close-reason", now));

    // A sender's retry, and both firewalls of a pair over two transports, whose threads know nothing of each other.
    [Fact]
    public void C9_the_same_line_again_gives_one_entry()
    {
        var format = new PanOsFormat();
        var pipeline = new DecisionPipeline(
            format, Options("Type") with { MaxMessageAge = TimeSpan.Zero }, Given.Open, TimeSpan.FromMinutes(1));
        var intake = new MessageIntake(pipeline, _inbox, _counters, new ManualTimeProvider());
        var (udp, tls) = (intake.HandlerFor(Transport.Udp), intake.HandlerFor(Transport.Tls));
        var line = Encoding.UTF8.GetBytes(PanOsLine.Traffic().ToString());
        foreach (var handler in new[] { udp, udp, tls, tls, udp }) handler(line, default);

        var table = new FlowTable(new TableOptions(), Given.Planner);
        var posted = new FlowRequest[10];
        var outcomes = posted[.._inbox.Take(posted, [])].Select(each => table.Offer(each.Verdict, Given.At(0)));

        Assert.Equal([Outcome.Drop, Outcome.Duplicate], outcomes);
        Assert.Equal(3, _counters.Total(Outcome.Duplicate));
        Assert.Single(table.Flows);
        Assert.Single(table.TakeChanges(Given.At(1))!.Changes);
    }

    private static Reason Decide(IMessageFormat format, string message, string field, string now)
    {
        var log = new SessionLog();
        Assert.Equal(ParseStatus.Session, format.Parse(Encoding.UTF8.GetBytes(message), log));
        var utcNow = DateTime.SpecifyKind(DateTime.Parse(now, CultureInfo.InvariantCulture), DateTimeKind.Utc);
        return new DecisionPipeline(format, Options(field), Given.Open, TimeSpan.Zero).Decide(log, utcNow).Reason;
    }

    private static DecisionOptions Options(string field) => new()
    {
        Clock = TimeZoneInfo.Utc,
        MaxMessageAge = TimeSpan.FromMinutes(5),
        Rules = [new() { Name = "drop", Action = RuleAction.Drop, When = [new(field, [""])] }],
    };
}
