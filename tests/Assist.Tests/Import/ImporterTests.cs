using Assist.Configuration;
using Assist.Flows;
using Assist.Import;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Rules;
using Assist.Tests.Configuration;
using Assist.Tests.Processes;
using Microsoft.Extensions.Logging;

namespace Assist.Tests.Import;

public sealed class ImporterTests
{
    private const string Labels =
        "PAN_SYSLOG_FIELD_LABELS = {'TRAFFIC': ['Type', 'Action'], 'THREAT': ['Type', 'Action']}\n";
    private readonly ImportResult _shunt = Importer.Import(Fixture.Path("shunt.py"));

    [Fact]
    public void A_sites_file_becomes_options_that_load()
    {
        var config = Shunt();

        Assert.Equal(OperatingMode.Shunt, config.Topology.Mode);
        Assert.Equal(["192.0.2.10", "192.0.2.11"], config.Syslog.Senders.Select(s => s.ToString()));
        var listener = Assert.Single(config.Listeners);
        Assert.Equal((Transport.Tls, 6514, "/ca.crt"), (listener.Transport, listener.Port, listener.ClientCa));
        Assert.Equal("/persist/sys/extensions/directflow_assist/dfa.key", listener.Key);
        Assert.Equal(
            new Zone
            {
                Network = "Ethernet1",
                Firewall = "Ethernet2",
                FirewallHa = "Et3",
                FirewallPort = "ethernet1/1",
                Vlan = 110
            },
            config.Topology.A);
        Assert.Equal(
            new Zone { Network = "Ethernet4", Firewall = "Po5", FirewallPort = "ae2", Vlan = 220 }, config.Topology.B);
        Assert.True(config.Topology.RewriteVlan);
        Assert.Equal((new Uri("https://192.0.2.1"), "dfa"), (config.Eapi.Https, config.Eapi.User));
        Assert.Equal(new Lifetime(TimeSpan.FromHours(2), TimeSpan.Zero), config.Decisions.Lifetimes.Drop);
        Assert.Equal(new Lifetime(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3)), config.Decisions.Lifetimes.Bypass);
        Assert.Equal(TimeSpan.FromMinutes(10), config.Decisions.MaxMessageAge);
        Assert.Equal(TimeSpan.Zero, config.Table.DuplicateWindow);
        Assert.Equal(InterfaceUse.Ignored, config.Decisions.Interfaces);
        Assert.Equal(LogLevel.Warning, config.Log.Level);
        Assert.Equal("0.5", config.Hardening.StormControlBroadcast);
        Assert.Equal(new Marking(2, 8), config.Decisions.Marking["web-browsing"]);
        Assert.Equal(new Marking(null, 16), config.Decisions.Marking["a.b"]);
    }

    [Fact]
    public void Triggers_become_rules_in_their_order_with_readable_names()
    {
        var rules = Shunt().Decisions.Rules;

        Assert.Equal(["ignore", "bad-host", "bad-host-2", "suspect", "allowed"], rules.Select(r => r.Name));
        Assert.Equal(
            [RuleAction.Ignore, RuleAction.Drop, RuleAction.Drop, RuleAction.Ignore, RuleAction.Bypass],
            rules.Select(r => r.Action));
        Assert.Equal([false, true, true, false, true], rules.Select(r => r.Widen));
        Assert.Equal(MatchSet.SourceIp, rules[1].Match);
        Assert.Equal(MatchSet.FiveTuple & ~MatchSet.SourcePort, rules[2].Match);
        Assert.Equal(
            ["Command and Control", "(Zeus|Emotet)\\.\\d+", "it's \"bad\""],
            rules[1].When.Single(w => w.Field == "Threat/Content Name").Patterns);
        Assert.Equal("^allow$", Assert.Single(rules[4].When.Single(w => w.Field == "Action").Patterns));
    }

    [Fact]
    public void The_password_is_never_written()
    {
        Assert.DoesNotContain("geheim", _shunt.Yaml!, StringComparison.Ordinal);
        Assert.DoesNotContain(_shunt.Notes, n => n.Contains("geheim", StringComparison.Ordinal));
        Assert.Contains("password_file: eapi.password", _shunt.Yaml!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SWITCH_INTERFACE_A: \"Ethernet 1\" is written Ethernet1")]
    [InlineData("BYPASS_FLOW_IDLE_TIMEOUT was cut to the lifetime, 3m: a longer one has no effect")]
    [InlineData("the entry nothing was left out: its trigger is empty, and an empty trigger never fired")]
    [InlineData("rule suspect became ignore: a redirect exists in mode mirror_and_shunt only")]
    [InlineData("rule bad-host-2: protocol was added to its match, because a port is one of a protocol")]
    [InlineData("marking \"a.b\" never applied in the original, which looked for \"ab\"; here it applies")]
    [InlineData("DROP_FLOW_LIFETME was left out: it is no option of the original, and nothing in the file uses it; did "
        + "you mean \"DROP_FLOW_LIFETIME\"?")]
    public void What_was_changed_is_noted_and_stands_at_the_head_of_the_file(string note)
    {
        Assert.Contains(note, _shunt.Notes);
        Assert.Contains($"# - {note}\n", _shunt.Yaml!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_articles_spellings_are_understood()
    {
        var result = Importer.Import(Labels + """
            from config_common import *
            OPERATION_MODE = SHUN_MODE
            COS_TOS_MARKINGS = {'ssh': {'COS': 1}}
            SWITCH_INTERFACE_TO_FW_TAP = 'Ethernet7'
            DEFAULT_THRU_FIREWALL_MODE = True
            """, "config.py");

        Assert.Contains("OPERATION_MODE was taken for OPERATING_MODE, its name in the released version", result.Notes);
        Assert.Contains("DEFAULT_THRU_FIREWALL_MODE was left out: the mode says it", result.Notes);
        Assert.Contains("mode: shunt\n", result.Yaml!, StringComparison.Ordinal);
        Assert.Contains("to_firewall: [Ethernet7]\n", result.Yaml!, StringComparison.Ordinal);
        Assert.Contains("'ssh': {cos: 1}\n", result.Yaml!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shared_file_beside_it_is_read_too()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "config.py"),
                "from config_common import *\nDROP_FLOW_LIFETIME = HOUR\n" + Labels);
            File.WriteAllText(Path.Combine(directory.FullName, "config_common.py"),
                "HOUR = 60\nSYSLOG_PORT = 514\nMSG = 'on %d' % SYSLOG_PORT\n");

            var yaml = Importer.Import(Path.Combine(directory.FullName, "config.py")).Yaml!;

            Assert.Contains("drop: {lifetime: 1h, idle: 5m}", yaml, StringComparison.Ordinal);
            Assert.Contains("port: 514", yaml, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_was_imported_waits_for_eAPI_at_boot_as_the_original_did() => Assert.Contains(
        "  eapi: 'unix:/var/run/command-api.sock'\n  wait: 10m\n",
        Importer.Import($"{Labels}SWITCH = {{'eapi_protocol': 'unix-socket'}}\n", "config.py").Yaml!,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "http", "127.0.0.1", "eapi: 'unix:/var/run/command-api.sock'", "SWITCH: plain http became the unix socket")]
    [InlineData("http", "192.0.2.1", "eapi: 'https://192.0.2.1'", "SWITCH: plain http became https")]
    [InlineData("https", "2001:db8::1", "eapi: 'https://[2001:db8::1]'", "the password of the switch was not copied: "
        + "write SWITCH['eapi_password']")]
    public void Plain_http_is_not_carried_over(string protocol, string ip, string expected, string note)
    {
        var result = Importer.Import(
            $"{Labels}SWITCH = {{'eapi_protocol': '{protocol}', 'ip': '{ip}', 'eapi_username': 'u', 'eapi_password': "
                + $"'p'}}\n", "config.py");

        Assert.Contains(expected, result.Yaml!, StringComparison.Ordinal);
        Assert.Contains(result.Notes, n => n.StartsWith(note, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OPERATING_MODE = 'TAP'", "config.py:2:18: OPERATING_MODE must be SHUNT_MODE, INLINE_MODE, MIRROR_MODE "
        + "or MIRROR_AND_SHUNT_MODE")]
    [InlineData("SYSLOG_TRANSPORT = 'SCTP'", "config.py:2:20: SYSLOG_TRANSPORT must be UDP, TCP or SSL")]
    [InlineData("ACCEPT_SYSLOG_MSGS_FROM_IP = ['fw1']", "config.py:2:31: ACCEPT_SYSLOG_MSGS_FROM_IP: \"fw1\" is not an "
        + "address; names are not looked up, write the address")]
    [InlineData("SYSLOG_PORT = 'x'", "config.py:2:15: SYSLOG_PORT must be a whole number, not a text")]
    [InlineData("SWITCH = 'unix'", "config.py:2:10: SWITCH must be a dictionary, not a text")]
    [InlineData("COS_TOS_MARKING = {'a': {'COS': 8}}", "config.py:2:33: COS must be a whole number from 0 to 7")]
    [InlineData("STORM_CONTROL_BCAST_LEVEL = "
        + "'much'", "config.py:2:29: STORM_CONTROL_BCAST_LEVEL must be a percentage from 0 to 100, such as '0.1'")]
    [InlineData(
        "DFA_CONTROLLER_SPEC = 3", "config.py:2:23: DFA_CONTROLLER_SPEC must be a list of dictionaries, not a number")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': "
        + "'Drop_Flow'}]", "config.py:2:24: this entry of DFA_CONTROLLER_SPEC has no \"trigger\" dictionary")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'Kill', 'trigger': {}}]",
        "config.py:2:35: this entry of DFA_CONTROLLER_SPEC has no known action; write DROP_FLOW, BYPASS_FIREWALL, "
            + "REDIRECT_TO_FIREWALL or DFA_IGNORE")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'Drop_Flow', 'trigger': {'Type': 'a'}, 'flow_match': ['mac']}]",
        "config.py:2:89: flow_match: \"mac\" is not one of src_ip, src_port, dst_ip, dst_port, protocol")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'Drop_Flow', 'trigger': {'Type': 'a'}}]",
        "config.py:2:24: this entry has no flow_match; write FIVE_TUPLE or a list of fields")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'DFA_Ignore', 'trigger': {'Type': '(?!a)b'}}]",
        "config.py:2:69: pattern \"(?!a)b\" uses a lookaround, a backreference or another construct whose time to "
            + "match has no bound; write it as several patterns or as a rule of its own")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'DFA_Ignore', 'trigger': {'Type': r'(a)\\1'}}]",
        "config.py:2:69: pattern \"(a)\\1\" uses a lookaround, a backreference or another construct whose time to "
            + "match has no bound; write it as several patterns or as a rule of its own")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'DFA_Ignore', 'trigger': {'Type': 'a{,3}'}}]",
        "config.py:2:69: pattern \"a{,3}\" uses {,n}, which Python reads as {0,n}")]
    [InlineData("DFA_CONTROLLER_SPEC = [{'action': 'DFA_Ignore', 'trigger': {'Type': 'a('}}]",
        "config.py:2:69: pattern \"a(\" is not a regular expression: not enough )'s at character 2")]
    public void What_has_no_counterpart_is_refused_at_its_place(string line, string expected)
    {
        var result = Importer.Import(Labels + line + "\n", "config.py");

        Assert.Null(result.Yaml);
        Assert.Equal(expected, result.Error!.ToString());
    }

    [Fact]
    public void A_trigger_on_a_field_that_no_log_has_is_left_out_because_it_never_fired()
    {
        var result = Importer.Import(
            Labels + "DFA_CONTROLLER_SPEC = [{'action': 'DFA_Ignore', 'trigger': {'type': 'a'}}]\n", "config.py");

        Assert.Contains("the entry ignore was left out: no log has a field \"type\", so it never fired; did you mean "
            + "\"Type\"?", result.Notes);
        Assert.Contains("rules: []", result.Yaml!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_answer() =>
        Assert.Equal("/nowhere/config.py: does not exist", Importer.Import("/nowhere/config.py").Error!.ToString());

    private AssistConfig Shunt()
    {
        Assert.Null(_shunt.Error);
        var result = Loading.Parse(_shunt.Yaml!);
        Assert.Empty(Loading.Errors(result));
        return result.Config!;
    }
}
