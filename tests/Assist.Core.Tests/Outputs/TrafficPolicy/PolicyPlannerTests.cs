using System.Text;
using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.TrafficPolicy;

namespace Assist.Tests.Outputs.TrafficPolicy;

/// <summary>What stands on the switch for a verdict.</summary>
public sealed class PolicyPlannerTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly PolicyPlanner s_planner = new(new TrafficPolicyOptions());

    public static TheoryData<string, string, string, int, int, string[]> Drops { get; } = new()
    {
        { "203.0.113.7", "", "", 0, 0, ["field-set ipv4 prefix ASSIST-SRC", "203.0.113.7/32"] },
        { "", "203.0.113.7", "", 0, 0, ["field-set ipv4 prefix ASSIST-DST", "203.0.113.7/32"] },
        { "2001:db8::7", "", "", 0, 0, ["field-set ipv6 prefix ASSIST-SRC6", "2001:db8::7/128"] },
        {
            "203.0.113.7", "198.51.100.9", "tcp", 0, 443,
            [
                "match DROP_TCP_203-0-113-7_198-51-100-9_P443_U1800000600 ipv4", "source prefix 203.0.113.7/32",
                "destination prefix 198.51.100.9/32", "protocol tcp destination port 443", "actions", "count", "drop",
            ]
        },
        {
            "203.0.113.7", "198.51.100.9", "udp", 1234, 53,
            [
                "match DROP_UDP_203-0-113-7_P1234_198-51-100-9_P53_U1800000600 ipv4", "source prefix 203.0.113.7/32",
                "destination prefix 198.51.100.9/32", "protocol udp source port 1234 destination port 53", "actions",
                "count", "drop",
            ]
        },
        { "203.0.113.7", "198.51.100.9", "icmp", 0, 0, ["protocol icmp"] },
        { "203.0.113.7", "198.51.100.9", "gre", 0, 0, ["protocol 47"] },
        { "2001:db8::7", "2001:db8::9", "icmpv6", 0, 0, ["protocol icmpv6"] },
    };

    [Theory]
    [MemberData(nameof(Drops))]
    public void A_drop_is_a_member_or_a_rule(
        string source, string destination, string protocol, int sourcePort, int destinationPort, string[] lines)
    {
        var entry = Entry(Match(source, destination, protocol, sourcePort, destinationPort));
        var after = new PolicyState();
        after.Install(entry, s_now);
        var written = PolicyCommands.Difference(
            new PolicyState(), after, new TrafficPolicyOptions(), PrefixRemoval.No);
        var text = string.Join('\n', written);
        Assert.Contains(string.Join('\n', lines), text, StringComparison.Ordinal);
        Assert.Equal(("traffic-policies", "exit"), (written[0], written[^1]));
        Assert.Equal(lines.Contains("drop") || lines[0].StartsWith("protocol", StringComparison.Ordinal)
            ? PolicyEntry.RuleCost : 1, entry.Cost);
    }

    [Fact]
    public void The_end_of_a_member_stands_in_the_name_of_a_set_that_no_rule_names()
    {
        var after = new PolicyState();
        after.Install(Entry(Match("203.0.113.7", "", "", 0, 0)), s_now);
        Assert.Contains(
            "field-set ipv4 prefix ASSIST-SRC-UNTIL-30000010\n203.0.113.7/32\nexit",
            string.Join('\n', PolicyCommands.Difference(
                new PolicyState(), after, new TrafficPolicyOptions(), PrefixRemoval.No)), StringComparison.Ordinal);
        Assert.Equal(s_now.AddMinutes(10), Assert.Single(after.Ends(new FieldSet(true, false))).Value);
    }

    [Fact]
    public void A_longer_lease_moves_the_end_and_leaves_the_member()
    {
        var before = new PolicyState();
        before.Install(Entry(Match("203.0.113.7", "", "", 0, 0)), s_now);
        var after = before.Copy();
        after.Install(Entry(Match("203.0.113.7", "", "", 0, 0)), s_now.AddMinutes(5));
        var lines = PolicyCommands.Difference(before, after, new TrafficPolicyOptions(), PrefixRemoval.No);
        Assert.DoesNotContain("field-set ipv4 prefix ASSIST-SRC", lines);
        Assert.Contains("no field-set ipv4 prefix ASSIST-SRC-UNTIL-30000010", lines);
        Assert.Contains("field-set ipv4 prefix ASSIST-SRC-UNTIL-30000015", lines);
    }

    [Theory]
    [InlineData("203.0.113.7", "", "tcp", 0, 443, 20, "VLAN")]
    [InlineData("", "", "tcp", 0, 443, 0, "address")]
    [InlineData("203.0.113.7", "198.51.100.9", "sctp", 0, 443, 0, "ports of tcp and udp")]
    [InlineData("203.0.113.7", "2001:db8::9", "", 0, 0, 0, "IPv6")]
    [InlineData("192.0.2.255", "", "", 0, 0, 0, "empty")]
    public void What_no_rule_can_say_has_a_reason(
        string source, string destination, string protocol, int from, int to, ushort vlan, string why)
    {
        var match = Match(source, destination, protocol, from, to) with { InVlan = vlan };
        Assert.Contains(why, Entry(match).Obstacle!, StringComparison.Ordinal);
    }

    [Fact]
    public void It_drops_and_says_that_it_neither_counts_nor_ends_what_it_has()
    {
        var can = s_planner.Capabilities;
        Assert.Equal([FlowAction.Drop], can.Actions);
        Assert.Equal((false, true, FlowCounters.None), (can.ExpiresEntries, can.KeepsEnds, can.Counters));
    }

    private static PolicyEntry Entry(FlowMatch match)
    {
        var flow = new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere);
        var planned = s_planner.Plan(new Verdict(flow, new FlowTimeouts(600, 300), default, "rule"));
        return (PolicyEntry)Assert.Single(planned);
    }

    private static FlowMatch Match(string source, string destination, string protocol, int from, int to)
    {
        return new FlowMatch
        {
            Source = IpAddr.TryParse(source, out var one) ? one : default,
            Destination = IpAddr.TryParse(destination, out var other) ? other : default,
            Protocol = IpProtocol.TryParse(Encoding.ASCII.GetBytes(protocol), out var number) ? number : default,
            SourcePort = (ushort)from,
            DestinationPort = (ushort)to,
        };
    }
}
