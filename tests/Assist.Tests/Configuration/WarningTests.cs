using Assist.Configuration;
using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Configuration;

public sealed class WarningTests
{
    private const string Bypass = "{name: allowed, when: {Application: ssl}, action: bypass}";

    [Theory]
    [InlineData("{name: a, when: {Rule: x}, action: drop, match: [src_ip]}", "7:53: warning: rule a drops all traffic "
        + "from an address, on every port of the switch; add the other address unless that is meant")]
    [InlineData("{name: a, when: {Rule: x}, action: drop, match: [dst_ip, dst_port, protocol]}", "7:53: warning: rule "
        + "a drops all traffic to an address, on every port of the switch; add the other address unless that is meant")]
    public void A_drop_of_one_address_is_pointed_out(string rule, string expected) =>
        Warns($"rules:\n  - {rule}\n  - {Bypass}\n", expected, "listeners.0.transport=tcp");

    [Fact]
    public void A_bypass_outside_mode_shunt_is_pointed_out()
    {
        var result = Loading.Parse("""
            mode: inline
            firewall: {senders: [192.0.2.10]}
            zones: {a: {network: Et1, firewall: Et2}}
            rules:
              - {name: a, when: {Rule: x}, action: bypass}
            """);

        Assert.Empty(result.Errors);
        Assert.Equal(OperatingMode.Inline, result.Config!.Topology.Mode);
        Assert.Equal("assist.yaml:5:40: warning: rule a is inactive: a bypass exists in mode shunt only",
            Assert.Single(result.Warnings).ToString());
    }

    [Fact]
    public void The_name_of_a_static_flow_that_may_be_too_long_is_pointed_out()
    {
        var result = Loading.Parse("""
            mode: mirror_and_shunt
            firewall: {senders: [192.0.2.10]}
            zones:
              a: {network: Port-Channel10, firewall: Ethernet5, firewall_port: ethernet1/1}
              b: {network: Port-Channel11, firewall: Ethernet6, firewall_port: ethernet1/2}
            tap: {to_firewall: ["Ethernet49/1", "Ethernet50/1"]}
            rules:
              - {name: a, when: {Rule: x}, action: drop}
            """);

        Assert.Empty(result.Errors);
        Assert.Equal(2, result.Warnings.Count);
        Assert.StartsWith("assist.yaml:3:1: warning: the static flow STATIC_BYPASS_FW__in:Port-Channel10_out:"
            + "Port-Channel11_mirror_to:Ethernet49:1_Ethernet50:1 has a name of 90 characters; "
            + "EOS is known to take 76.",
            result.Warnings[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Trusting_everybody_is_pointed_out()
    {
        var result = Loading.Parse(Loading.Minimal.Replace("192.0.2.10", "0.0.0.0/0", StringComparison.Ordinal));

        Assert.Equal(
            "assist.yaml:2:21: warning: firewall.senders: 0.0.0.0/0 trusts everybody who can reach the listener",
            Assert.Single(result.Warnings).ToString());
    }

    [Theory]
    [InlineData("fe80::1")]
    [InlineData("fe80::/10")]
    [InlineData("febf::1")]
    public void U8_trusting_a_link_local_address_is_pointed_out(string sender)
    {
        var result = Loading.Parse(
            Loading.Minimal.Replace("[192.0.2.10]", $"[192.0.2.10, \"{sender}\"]", StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Equal($"assist.yaml:2:21: warning: firewall.senders: {sender} is link-local, so whoever has it on any "
            + "interface is trusted; let the firewall send from a routable address",
            Assert.Single(result.Warnings).ToString());
    }

    [Fact]
    public void S7_a_SHA1_fingerprint_is_pointed_out()
    {
        var fingerprint = "sha-1:" + string.Join(':', Enumerable.Repeat("AB", 20));
        var result = Loading.With(
            $"listeners: [{{transport: tls, certificate: c, key: k, permitted_peers: [\"{fingerprint}\"]}}]\n");

        Assert.Empty(result.Errors);
        Assert.Contains(
            "assist.yaml:6:72: warning: listeners.0.permitted_peers: SHA-1 is broken; write the sha-256 fingerprint",
            result.Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void An_empty_list_of_rules_is_pointed_out() =>
        Warns("rules: []\n",
            "6:1: warning: rules is empty, so nothing will ever be done; remove the key to take the safe defaults");

    [Fact]
    public void Rules_without_a_bypass_are_pointed_out_in_mode_shunt() =>
        Warns("rules:\n  - {name: a, when: {Rule: x}, action: drop}\n",
            "6:1: warning: no rule bypasses, so in mode shunt every allowed session stays on the firewall; rules "
                + "replace "
            + "the safe defaults, of which one bypasses: remove the key to take them, or add a rule that bypasses");

    [Theory]
    [InlineData("Type: TRAFFIC", "Type: TRAFFIC")]
    [InlineData("Type: traf", "Type: ^TRAFFIC$, Action: deny")]
    [InlineData("Type: ^traf", "Type: ^TRAFFIC")]
    [InlineData("Type: fic$", "Type: TRAFFIC$")]
    [InlineData("Action: [deny, drop]", "Action: drop-all")]
    [InlineData("Action: 'deny|drop'", "Action: 'DENY|drop', Type: THREAT")]
    public void A_rule_that_never_fires_because_of_one_before_it_is_pointed_out(string first, string second) =>
        Warns($"rules:\n  - {{name: a, when: {{{first}}}, action: ignore}}\n"
            + $"  - {{name: b, when: {{{second}}}, action: drop}}\n  - {Bypass}\n",
            "8:5: warning: rule b never fires: rule a before it takes every log that it is meant for; "
            + "put it before that one or remove it");

    [Theory]
    [InlineData("Type: ^TRAFFIC$", "Type: TRAFFIC")]
    [InlineData("Type: TRAFFIC$", "Type: ^TRAFFIC")]
    [InlineData("Type: TRAFFIC, Action: deny", "Type: TRAFFIC")]
    [InlineData("Action: [deny]", "Action: [deny, drop]")]
    [InlineData("Rule: deny", "Action: deny")]
    public void A_rule_that_may_still_fire_is_not_pointed_out(string first, string second)
    {
        var result = Loading.With(
            $"rules:\n  - {{name: a, when: {{{first}}}, action: ignore}}\n  - {Bypass}\n"
                + $"  - {{name: b, when: {{{second}}}, action: drop}}\n");

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("varmour")]
    [InlineData("cyphort")]
    public void A_format_whose_default_rules_bypass_nothing_is_pointed_out_in_mode_shunt(string format)
    {
        var text = Loading.Minimal.Replace("[192.0.2.10]", $"[192.0.2.10], format: {format}", StringComparison.Ordinal);
        var result = ConfigurationLoader.Parse(text, "assist.yaml", ["listeners.0.transport=tcp"], Formats.Find);

        Assert.Empty(result.Errors);
        Assert.Equal(
            $"assist.yaml:1:7: warning: no default rule of format {format} bypasses, so in mode shunt every allowed "
            + "session stays on the firewall; write rules, or take mode inline",
            Assert.Single(result.Warnings).ToString());
    }

    [Theory]
    [InlineData("^traffic-log$")]
    [InlineData("SYSTEM")]
    [InlineData("[SYSTEM, ^TRAFFIC.]")]
    public void A_rule_that_never_fires_because_no_log_has_that_type_is_pointed_out(string pattern) =>
        Warns($"rules:\n  - {Bypass}\n  - {{name: a, when: {{Type: {pattern}}}, action: drop}}\n",
            "8:22: warning: this rule never fires: Type is TRAFFIC or THREAT in every log that rules see");

    [Fact]
    public void A_sender_whose_prefix_is_written_as_a_host_is_pointed_out()
    {
        var result = Loading.Parse(Loading.Minimal.Replace("192.0.2.10", "192.0.2.10/24", StringComparison.Ordinal));

        Assert.Equal(
            "assist.yaml:2:21: warning: firewall.senders: 192.0.2.10/24 trusts every address of its network, not only "
            + "192.0.2.10; write the address alone if one host is meant", Assert.Single(result.Warnings).ToString());
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public void Protecting_every_address_is_pointed_out(string prefix) =>
        Warns($"protect: {{never_drop: [\"{prefix}\"]}}\n",
            $"6:23: warning: protect.never_drop: {prefix} protects every address, so no drop is ever made");

    [Fact]
    public void Rewriting_to_no_vlan_is_pointed_out() =>
        Warns("flows: {rewrite_vlan: true}\n",
            "6:23: warning: flows.rewrite_vlan has no effect towards a zone whose vlan is not set");

    [Fact]
    public void A_user_for_the_unix_socket_is_pointed_out() =>
        Warns("switch: {user: admin}\n", "6:10: warning: switch.user has no effect with a unix socket");

    private static void Warns(string yaml, string expected, params string[] sets)
    {
        var result = Loading.With(yaml, sets);
        Assert.Empty(result.Errors);
        Assert.Equal($"assist.yaml:{expected}", Assert.Single(result.Warnings).ToString());
    }
}
