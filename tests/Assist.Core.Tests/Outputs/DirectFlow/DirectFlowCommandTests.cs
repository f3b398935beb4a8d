using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Tests.Flows;

namespace Assist.Tests.Outputs.DirectFlow;

public sealed class DirectFlowCommandTests
{
    private const string Grammar =
        @"^(flow [A-Za-z0-9:_-]+|no persistent|timeout (hard|idle) \d+|priority \d+|exit|comment"
        + @"|match (input interface [A-Za-z0-9/,-]+|vlan \d+|ethertype 34525|(source|destination) (ip|ipv6) [0-9a-f.:]+"
        + @"|(source|destination) port \d+|ip protocol (icmp|tcp|udp|\d+))"
        + @"|action (drop|set (cos|ip tos|vlan) \d+|(egress|ingress) mirror [A-Za-z0-9/,-]+"
        + @"|output interface [A-Za-z0-9/,-]+))$";

    [Fact]
    public void The_action_comes_last() => Assert.Equal(
        [
            "flow DROP_TCP_10-0-0-1:50000_203-0-113-5:443", "no persistent", "timeout hard 1800",
            "timeout idle 300", "priority 50",
            "match source ip 10.0.0.1", "match destination ip 203.0.113.5", "match source port 50000",
            "match destination port 443",
            "match ip protocol tcp", "action drop", "exit",
        ],
        Lines(Given.Planner.Plan(Given.Drop())[0]));

    [Fact]
    public void A_bypass_names_its_way_and_its_marks()
    {
        var verdict = Given.Bypass() with { Marking = new Marking(2, 8) };
        Assert.Equal(
            ["match input interface Ethernet1", "action set cos 2", "action set ip tos 8",
                "action output interface Ethernet4"],
            Lines(Given.Planner.Plan(verdict)[0]).Where(line => line.Contains("interface", StringComparison.Ordinal)
                || line.Contains("set", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_static_flow_warns_before_it_acts()
    {
        var commands = DirectFlowCommands.Install(StaticFlows.For(Given.Wiring)[0]).ToList();
        Assert.DoesNotContain("no persistent", commands.Select(command => command.Text));
        Assert.Equal("action output interface Ethernet2", commands[^2].Text);
        Assert.EndsWith(
            "\nEOF", Assert.Single(commands, command => command.Text == "comment").Input, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_is_of_a_closed_grammar_and_actions_follow_matches()
    {
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var flow = new FlowIdentity((FlowAction)random.Next(3), new FlowMatch
            {
                Source = random.Next(2) == 0
                    ? IpAddr.V4((uint)random.NextInt64(1, uint.MaxValue))
                    : IpAddr.V6(new UInt128((ulong)random.NextInt64(), 7)),
                SourcePort = (ushort)random.Next(65536),
                Protocol = new IpProtocol((byte)random.Next(256)),
                InVlan = (ushort)random.Next(4095),
            }, Placement.Either);
            foreach (var entry in Given.Planner.Plan(
                Given.Verdict(flow) with { Marking = new Marking((byte)random.Next(8), (byte)random.Next(256)) }))
            {
                var lines = Lines(entry);
                Assert.All(lines, line => Assert.Matches(Grammar, line));
                Assert.True(lines.FindIndex(line => line.StartsWith("action", StringComparison.Ordinal))
                    > lines.FindLastIndex(line => line.StartsWith("match", StringComparison.Ordinal)));
            }
        }
    }

    private static List<string> Lines(FlowEntry entry) =>
        [.. DirectFlowCommands.Install(entry).Select(command => command.Text)];
}
