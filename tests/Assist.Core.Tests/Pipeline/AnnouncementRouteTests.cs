using System.Text;
using Assist.Addresses;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Tests.Pipeline;

public sealed class AnnouncementRouteTests : IDisposable
{
    private readonly VerdictInbox _switch = new();
    private readonly VerdictInbox _announced = new();
    private readonly AnnouncementRoute _route;

    public AnnouncementRouteTests() => _route = new AnnouncementRoute(_announced);

    public void Dispose()
    {
        _switch.Dispose();
        _announced.Dispose();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_drop_goes_both_ways_only_where_its_rule_announces(bool announces, int announced)
    {
        Receive(announces);

        Assert.Equal((1, announced), (_switch.Length, _announced.Length));
    }

    [Fact]
    public void A_repeat_within_the_window_is_announced_once()
    {
        Receive(true, times: 3);

        Assert.Equal((1, 1), (_switch.Length, _announced.Length));
    }

    [Fact]
    public void A_VLAN_of_the_switch_is_not_announced()
    {
        var drop = new FlowIdentity(
            FlowAction.Drop, new FlowMatch { Source = Address(1), Destination = Address(2), InVlan = 100 },
            Placement.Anywhere);
        _route.Post(new Verdict(drop, default, default, "denied"), TimeSpan.Zero);

        var request = Assert.Single(Taken());
        Assert.Equal(drop.Match with { InVlan = 0 }, request.Verdict.Flow.Match);
    }

    [Fact]
    public void Only_drops_are_posted_and_what_finds_no_room_is_counted()
    {
        _route.Post(Verdict(FlowAction.Bypass, 0), TimeSpan.Zero);
        Assert.Equal(0, _announced.Length);

        for (var i = 0; i <= VerdictInbox.Capacity; i++) _route.Post(Verdict(FlowAction.Drop, i), TimeSpan.Zero);
        Assert.Equal((VerdictInbox.Capacity, 1), (_announced.Length, _route.Shed));
    }

    private void Receive(bool announces, int times = 1)
    {
        var format = new FortiGateFormat();
        var options = new DecisionOptions
        {
            Rules =
            [
                new RuleOptions
                {
                    Name = "denied",
                    When = [new FieldCondition("action", ["deny"])],
                    Action = RuleAction.Drop,
                    Announce = announces,
                },
            ],
            MaxMessageAge = TimeSpan.Zero,
        };
        var pipeline = new DecisionPipeline(
            format, options, new Admission(ProtectedSet.Empty, [FlowAction.Drop]), TimeSpan.FromMinutes(1));
        var handle = new MessageIntake(pipeline, _switch, new Counters(), new ManualTimeProvider())
        {
            Announcements = _route,
        }.HandlerFor(Transport.Tcp);
        var line = Encoding.ASCII.GetBytes("""
            date=2026-01-02 time=03:04:05 devname="fw" type="traffic" srcip=192.0.2.1 srcport=51000 dstip=192.0.2.2 dstport=443 action="deny" proto=6 end=1
            """);
        for (var i = 0; i < times; i++) handle(line, new Arrival(Address(9), IsVerified: false, TimeSpan.Zero));
    }

    private FlowRequest[] Taken()
    {
        var requests = new FlowRequest[8];
        return requests[.._announced.Take(requests, [])];
    }

    private static Verdict Verdict(FlowAction action, int number) => new(
        new FlowIdentity(
            action, new FlowMatch { Source = IpAddr.V4((uint)(0x0a00_0001 + number)), Destination = Address(2) },
            Placement.Anywhere),
        default, default, "denied");

    private static IpAddr Address(byte last) => IpAddr.V4(0xc000_0200u + last);
}
