using Assist.Eos;

namespace Assist.Tests.Eos;

public sealed class TrafficPolicyTests : SwitchTests
{
    // The order, the blanks and the `!` lines of a switch of Arista's MSS, with other names.
    private const string Block = """
        traffic-policies
           vrf ALL
              traffic-policy input office physical
           !
           field-set ipv4 prefix Names
              10.1.0.6/32 10.1.0.7/32
           !
           field-set ipv4 prefix clients
              172.16.6.0/24
           !
           field-set service DNS
              protocol udp source port all destination port domain
           transforms interface prefix common source-destination
           !
           traffic-policy office
              !! Allow names
              description #policy-id=256
              !
              match names ipv4
                 destination prefix field-set Names
                 protocol service field-set DNS
                 !
                 actions
                    count
              !
              match rest ipv4
                 source prefix field-set clients
                 !
                 actions
                    count
                    drop
              !
        !

        """;

    [Fact]
    public void The_block_of_another_writer_is_printed_as_it_stands_on_its_switch()
    {
        Change(o => o with { HideDefaultRules = true });
        Configure(
            "traffic-policies", "vrf ALL", "traffic-policy input office physical", "exit",
            "field-set ipv4 prefix clients", "172.16.6.0/24", "exit",
            "field-set ipv4 prefix Names", "10.1.0.7/32", "10.1.0.6", "exit",
            "field-set service DNS", "protocol udp source port all destination port 53", "exit",
            "transforms interface prefix common source-destination",
            "traffic-policy office", "description #policy-id=256",
            "match names ipv4", "destination prefix field-set Names", "protocol service field-set DNS", "actions",
            "count", "exit", "exit",
            "match rest ipv4", "source prefix field-set clients", "actions", "drop", "count");
        Assert.Null(Switch.Run(new RunCmds(
            ["enable", "configure", "traffic-policies", "traffic-policy office",
                new EapiCommand("comment", "Allow names\nEOF")])).Error);
        Assert.Contains(Block.Trim('\n'), Text("show running-config"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source prefix 10.0.0.1/33")]
    [InlineData("source prefix 2001:db8::1/128")]
    [InlineData("protocol tcp destination port 1, 2")]
    [InlineData("protocol icmp destination port 1")]
    [InlineData("protocol tcp,17")]
    [InlineData("protocol 256")]
    [InlineData("protocol tcp port 1")]
    public void A_line_that_the_grammar_does_not_have_is_refused(string line) =>
        Assert.NotNull(Switch.Run(
            "enable", "configure", "traffic-policies", "traffic-policy P", "match r ipv4", line).Error);

    [Fact]
    public void Nothing_of_a_session_is_live_before_its_commit()
    {
        Bind();
        string[] lines =
            ["enable", "configure session s", "traffic-policies", "field-set ipv4 prefix bad", "10.0.0.9/32"];
        Assert.Null(Switch.Run(lines).Error);
        Assert.Equal("normal", Forwarded("10.0.0.9"));
        Assert.Contains("s ", Text("show configuration sessions"), StringComparison.Ordinal);
        Assert.Null(Switch.Run("enable", "configure session s", "commit").Error);
        Assert.Equal("", Forwarded("10.0.0.9"));
        Assert.Equal("normal", Forwarded("10.0.0.8"));
        Assert.Equal(1, Switch.Commits);
    }

    [Fact]
    public void A_session_that_is_aborted_leaves_nothing()
    {
        Bind();
        Switch.Run("enable", "configure session s", "traffic-policies", "field-set ipv4 prefix bad", "10.0.0.9/32");
        Assert.Null(Switch.Run("enable", "configure session s abort").Error);
        Assert.Null(Switch.Run("enable", "configure session s", "commit").Error);
        Assert.Equal("normal", Forwarded("10.0.0.9"));
    }

    [Fact]
    public void A_commit_overwrites_what_others_have_changed_of_the_same_and_leaves_the_rest()
    {
        Bind();
        Switch.Run("enable", "configure session s", "traffic-policies", "field-set ipv4 prefix bad", "10.0.0.9/32");
        Configure("traffic-policies", "field-set ipv4 prefix bad", "10.0.0.8/32", "exit", "field-set ipv4 prefix good",
            "10.0.0.7/32");
        Assert.Null(Switch.Run("enable", "configure session s", "commit").Error);
        Assert.Equal(("normal", ""), (Forwarded("10.0.0.8"), Forwarded("10.0.0.9")));
        Assert.Contains("good", Text("show running-config"), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_places_for_five_sessions()
    {
        for (var i = 0; i < 5; i++) Assert.Null(Switch.Run("enable", $"configure session s{i}").Error);
        Assert.NotNull(Switch.Run("enable", "configure session s5").Error);
    }

    [Fact]
    public void Only_routed_packets_are_looked_at()
    {
        Bind();
        Configure("traffic-policies", "field-set ipv4 prefix bad", "10.0.0.9/32");
        var packet = Packet.Tcp("Ethernet1", "10.0.0.9", 1, "192.0.2.1", 2);
        Assert.True(Switch.Forward(packet).IsDropped);
        Assert.False(Switch.Forward(packet with { IsRouted = false }).IsDropped);
        Assert.False(Switch.Forward(packet with { Input = "Ethernet2" }).IsDropped);
        Assert.Contains("match rule: r: 1 packets", Text("show traffic-policy P counters"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_is_too_much_is_configured_and_not_applied_and_drops_nothing()
    {
        Bind();
        Configure("traffic-policies", "field-set ipv4 prefix bad", "10.0.0.9/32");
        Change(o => o with { PolicyPrefixes = 0 });
        Assert.Equal("normal", Forwarded("10.0.0.9"));
        var shown = Text("show traffic-policy interface summary").Split('\n').Select(line => line.Trim()).ToList();
        Assert.Contains("Configured on input of interfaces: Ethernet1", shown);
        Assert.Contains("Applied on input of interfaces for IPv4 traffic:", shown);
    }

    [Theory]
    [InlineData(PrefixRemovalForm.No, "no")]
    [InlineData(PrefixRemovalForm.Remove, "remove")]
    public void A_prefix_leaves_its_set_by_one_form_only(PrefixRemovalForm form, string word)
    {
        Bind();
        Change(o => o with { PrefixRemoval = form });
        Configure("traffic-policies", "field-set ipv4 prefix bad", "10.0.0.9/32 10.0.0.8/32");
        foreach (var tried in (string[])["no", "remove"])
            Assert.Equal(tried == word, Switch.Run("enable", "configure", "traffic-policies",
                "field-set ipv4 prefix bad", $"{tried} 10.0.0.9/32").Error is null);
        Assert.Equal(("normal", ""), (Forwarded("10.0.0.9"), Forwarded("10.0.0.8")));
    }

    private void Bind() => Configure(
        "traffic-policies", "field-set ipv4 prefix bad", "exit", "traffic-policy P", "match r ipv4",
        "source prefix field-set bad", "actions", "count", "drop", "exit", "exit", "exit", "exit",
        "interface Ethernet1", "traffic-policy input P");

    private string Forwarded(string source) =>
        Switch.Forward(Packet.Tcp("Ethernet1", source, 1, "192.0.2.1", 2)).Ports;

    private void Configure(params string[] lines)
    {
        var reply = Switch.Run(["enable", "configure", .. lines]);
        Assert.Null(reply.Error);
    }
}
