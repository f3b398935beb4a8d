using Assist.Addresses;
using Assist.Configuration;
using Assist.Events;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Tests.Events;

/// <summary>Facts for tests.</summary>
internal static class Told
{
    public const string HostileRule = "deny \"all\"] ${json}\n\u001b[31m";

    public static EventChoice All { get; } = new() { PerSecond = 1000 };

    public static FlowIdentity Bypass { get; } = Identity(FlowAction.Bypass);

    public static FlowEvent Ended(int number = 1) => new(FlowEventKind.Ended, TimeSpan.Zero)
    {
        Flow = $"BYPASS_FW_{number}",
        Rule = "allowed-traffic",
        Reason = "expired",
        Identity = Bypass,
        Traffic = new FlowTraffic(new TrafficCount(100, 64_000), new TrafficCount(23, null)),
        Lasted = TimeSpan.FromSeconds(90.5),
    };

    public static FlowEvent Dropped() => new(FlowEventKind.Programmed, TimeSpan.Zero)
    {
        Flow = "DROP_1",
        Rule = "denied-traffic",
        Identity = Identity(FlowAction.Drop),
        Origin = new Origin
        {
            Transport = Transport.Tls,
            Sender = IpAddr.TryParse("192.0.2.1", out var sender) ? sender : default,
            FirewallRule = HostileRule,
        },
    };

    public static FlowEvent SwitchLost() =>
        new(FlowEventKind.TargetLost, TimeSpan.Zero) { Reason = "nobody listens" };

    public static EventFact Fact(FlowEvent? of = null) =>
        EventFacts.Of(EventTopic.Add, of ?? Dropped(), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));

    private static FlowIdentity Identity(FlowAction action) => new(
        action,
        new FlowMatch
        {
            Source = IpAddr.TryParse("192.0.2.10", out var source) ? source : default,
            Destination = IpAddr.TryParse("203.0.113.20", out var destination) ? destination : default,
            DestinationPort = 443,
            Protocol = IpProtocol.Tcp,
        },
        default);
}
