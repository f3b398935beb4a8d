using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.TrafficPolicy;

namespace Assist.Tests.Outputs.TrafficPolicy;

public sealed class PolicyReadingTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly TrafficPolicyOptions s_options = new();

    // As a switch of Arista's MSS prints it, with ours beside it.
    private const string Section = """
        traffic-policies
           vrf ALL
              traffic-policy input office physical
           !
           field-set ipv4 prefix ASSIST-SRC
              10.0.0.0/8 192.0.2.255/32 198.51.100.9/32 203.0.113.7/32
           !
           field-set ipv4 prefix ASSIST-SRC-UNTIL-30000030
              203.0.113.7/32 203.0.113.99/32
           !
           field-set ipv4 prefix dns_servers
              10.1.0.6/32 10.1.0.7/32
           !
           field-set service DNS
              protocol udp source port all destination port domain
           transforms interface prefix common source-destination
           !
           traffic-policy ASSIST
              match ASSIST-SRC ipv4
                 source prefix field-set ASSIST-SRC
                 !
                 actions
                    count
                    drop
              !
              match by-hand ipv4
                 source prefix 10.9.0.0/16
                 !
                 actions
                    drop
              !
              match DROP_TCP_203-0-113-7_198-51-100-9_P53_U1800000600 ipv4
                 source prefix 203.0.113.7/32
                 destination prefix 198.51.100.9/32
                 protocol tcp destination port domain
                 !
                 actions
                    count
                    drop
              !
              match ipv4-all-default ipv4
              !
              match ipv6-all-default ipv6
              !
           !
           traffic-policy office
              !! Allow names
              description #policy-id=256
              !
              match names ipv4
                 destination prefix field-set dns_servers
                 protocol service field-set DNS
                 !
                 actions
                    count
              !
        """;

    private const string Summary = """
        Traffic policy ASSIST
           Configured on input for VRFs:
           Applied on input for IPv4 traffic in VRFs:
           Applied on input for IPv6 traffic in VRFs:
           Configured on input of interfaces: Ethernet1, Ethernet2
           Applied on input of interfaces for IPv4 traffic: Ethernet1, Ethernet2
           Applied on input of interfaces for IPv6 traffic: Ethernet1
           Total number of rules configured: 5
        """;

    [Fact]
    public void What_has_an_end_is_ours_and_everything_else_is_somebody_elses()
    {
        var shown = PolicyReading.Of(Section, Summary, s_options).Installed(s_options, s_now).Entries;
        var planner = new PolicyPlanner(s_options);
        Assert.Equal(
            ["DROP_ANY_203-0-113-7_any", "DROP_TCP_203-0-113-7_198-51-100-9:53"],
            shown.Where(planner.IsOurs).Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["ASSIST-SRC 10.0.0.0/8", "DROP_ANY_198-51-100-9_any", "match by-hand"],
            shown.Where(entry => !planner.IsOurs(entry)).Select(entry => entry.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_flow_is_recognised_with_the_time_that_it_has_left()
    {
        var shown = PolicyReading.Of(Section, Summary, s_options).Installed(s_options, s_now).Entries;
        var found = new PolicyPlanner(s_options).Recognise(shown)
            .ToDictionary(flow => flow.Planned[0].Key, flow => flow.Verdict);
        var rule = found["DROP_TCP_203-0-113-7_198-51-100-9:53"];
        Assert.Equal((600, (ushort)53, IpProtocol.Tcp),
            (rule.Timeouts.Hard, rule.Flow.Match.DestinationPort, rule.Flow.Match.Protocol));
        // To the end of the minute in which it ends.
        Assert.Equal(1800, found["DROP_ANY_203-0-113-7_any"].Timeouts.Hard);
    }

    [Theory]
    [InlineData(1_799_999_999, EntryStatus.Programmed)]
    [InlineData(1_800_000_600, EntryStatus.NotProgrammed)]
    public void What_is_over_is_not_taken_over(long now, EntryStatus status)
    {
        var shown = PolicyReading.Of(Section, Summary, s_options)
            .Installed(s_options, DateTimeOffset.FromUnixTimeSeconds(now)).Entries;
        Assert.Equal(status, shown.Single(entry => entry.Key.Contains("TCP", StringComparison.Ordinal)).Status);
    }

    [Fact]
    public void Configured_and_not_applied_everywhere_is_not_programmed()
    {
        var reading = PolicyReading.Of(Section, Summary, s_options);
        Assert.True(reading.Binding.IsApplied(isV6: false));
        Assert.False(reading.Binding.IsApplied(isV6: true));
        var unapplied = Summary.Replace(
            "IPv4 traffic: Ethernet1, Ethernet2", "IPv4 traffic:", StringComparison.Ordinal);
        Assert.All(
            PolicyReading.Of(Section, unapplied, s_options).Installed(s_options, s_now).Entries
                .Where(entry => entry.Entry is PolicyEntry),
            entry => Assert.Equal(EntryStatus.NotProgrammed, entry.Status));
    }

    [Fact]
    public void A_set_that_no_rule_drops_by_holds_nothing()
    {
        var text = Section.Replace("source prefix field-set ASSIST-SRC", "source prefix field-set other",
            StringComparison.Ordinal);
        var shown = PolicyReading.Of(text, Summary, s_options).Installed(s_options, s_now).Entries
            .Single(entry => entry.Key == "DROP_ANY_203-0-113-7_any");
        Assert.Equal((EntryStatus.NotProgrammed, "no rule of ASSIST drops by ASSIST-SRC"),
            (shown.Status, shown.StatusText));
    }

    [Fact]
    public void Lines_that_nobody_understands_are_no_reason_to_take_a_rule_for_lost()
    {
        var text = Section.Replace("destination port domain", "destination port sunrpc", StringComparison.Ordinal);
        var reading = PolicyReading.Of(text, Summary, s_options);
        var shown = reading.Installed(s_options, s_now).Entries
            .Single(entry => entry.Key.EndsWith(":53", StringComparison.Ordinal));
        Assert.Equal((EntryStatus.Unknown, false), (shown.Status, shown.IsComplete));
        Assert.DoesNotContain(new PolicyPlanner(s_options).Recognise([shown]), _ => true);
    }

    [Fact]
    public void A_rule_whose_lines_are_not_what_its_name_says_is_not_ours()
    {
        var text = Section.Replace(
            "source prefix 203.0.113.7/32", "source prefix 203.0.113.8/32", StringComparison.Ordinal);
        Assert.Contains(
            PolicyReading.Of(text, Summary, s_options).Installed(s_options, s_now).Entries,
            entry => entry.Key.StartsWith("match DROP_TCP_203-0-113-7", StringComparison.Ordinal));
    }

    [Fact]
    public void No_line_of_somebody_else_is_ever_in_a_difference()
    {
        var before = PolicyReading.Of(Section, Summary, s_options).State;
        foreach (var removal in Enum.GetValues<PrefixRemoval>())
        {
            var after = before.Copy();
            after.Remove(new HashSet<string>(
                ["DROP_ANY_203-0-113-7_any", "DROP_TCP_203-0-113-7_198-51-100-9:53", "DROP_ANY_198-51-100-9_any"]));
            var lines = PolicyCommands.Difference(before, after, s_options, removal);
            foreach (var theirs in (string[])["dns_servers", "office", "by-hand"])
                Assert.DoesNotContain(lines, line => line.Contains(theirs, StringComparison.Ordinal));
            // Kept where the whole set is entered anew.
            Assert.Equal(removal == PrefixRemoval.Rewrite, lines.Contains("10.0.0.0/8"));
            Assert.Equal(removal == PrefixRemoval.Rewrite, lines.Contains("198.51.100.9/32"));
        }
    }
}
