using System.Text;
using Assist.Commands;
using Assist.Configuration;
using Assist.Flows;
using Assist.Import;
using Assist.Telemetry;

namespace Assist.Tests.Import;

/// <summary>What is special about the variants of the original for other vendors than Palo Alto.</summary>
public sealed class VariantTests
{
    private const string Wired = """
        from config_common import *
        ACCEPT_SYSLOG_MSGS_FROM_IP = ['192.0.2.10']
        SWITCH_INTERFACE_A, SWITCH_INTERFACE_AF = 'Ethernet1', 'Ethernet2'
        SWITCH_INTERFACE_B, SWITCH_INTERFACE_BF = 'Ethernet4', 'Ethernet5'

        """;

    [Theory]
    [InlineData("PAN_SYSLOG_FIELD_LABELS = {}", "pan-os")]
    [InlineData("ASSIST_WHEN_SERVICE_ID_SUFFIX = '_DFA'", "check-point")]
    [InlineData("APP_NAME = 'DirectFlow Assist for PAN Firewalls'", "pan-os")]
    [InlineData("APP_NAME = 'DirectFlow Assist for Fortinet Firewalls'", "fortigate")]
    [InlineData("APP_NAME = 'DirectFlow Assist for Check Point Firewalls'", "check-point")]
    [InlineData("APP_NAME = 'DirectFlow Assist for vArmour'", "varmour")]
    [InlineData("APP_NAME = 'DirectFlow Assist for Cyphort Malware Defense System'", "cyphort")]
    [InlineData("APP_NAME = 'Ours'\nUTM_DROP_DEFAULT = {'type': 'utm'}", "fortigate")]
    [InlineData("BYPASS_TRIGGER = {'sess-close-reason': 'policy-permit'}", "varmour")]
    [InlineData("DATATHEFT_TRIGGER = {'type': 'datatheft'}", "cyphort")]
    public void A_variant_is_told_by_its_variables(string line, string format) =>
        Assert.Contains($"\n  format: {format}\n", Import(line).Yaml, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_nothing_is_told_of_is_refused() => Assert.Equal(
        "config.py:1:12: nothing tells whose logs this file is for; add APP_NAME = 'DirectFlow Assist for X', "
        + "where X is one of Fortinet, Check Point, vArmour, Cyphort, PAN",
        Import("APP_NAME = 'DFA for X'").Error!.ToString());

    [Fact]
    public void A_field_that_the_format_does_not_read_is_refused_since_an_exception_might_be_lost() => Assert.Equal(
        "config.py:2:61: \"statuss\" is no field that format fortigate reads; "
        + "remove the entry, or write it with another field; did you mean \"status\"?",
        Import("UTM_DROP_DEFAULT = {}\nDFA_CONTROLLER_SPEC = [{'action': 'DFA_Ignore', 'trigger': {'statuss': 'x'}}]")
            .Error!.ToString());

    [Theory]
    [InlineData("ssh_DFA", Outcome.Drop)]
    [InlineData("ssh_dfa", Outcome.NoRule)]
    [InlineData("ssh_DFA2", Outcome.NoRule)]
    [InlineData("ssh", Outcome.NoRule)]
    public void Check_Points_services_are_told_by_their_suffix_letter_by_letter(string service, Outcome outcome) =>
        Assert.Equal(outcome, Explain(CheckPoint("'_DFA'"), CheckPointLog("drop", service)).Outcome);

    [Fact]
    public void An_empty_suffix_takes_every_service() =>
        Assert.Equal(Outcome.Drop, Explain(CheckPoint("''"), CheckPointLog("drop", "ssh")).Outcome);

    [Fact]
    public void A_suffix_and_a_pattern_for_the_service_would_need_both_and_are_refused() => Assert.Contains(
        "this trigger and ASSIST_WHEN_SERVICE_ID_SUFFIX both say what service_id is",
        Import(CheckPoint("'_DFA'").Replace("'product': 'FireWall'", "'service_id': 'ssh'", StringComparison.Ordinal))
            .Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_bypass_that_waited_for_interfaces_in_vain_becomes_ignore()
    {
        var imported = Import(CheckPoint("'_DFA'").Replace("DROP_FLOW", "BYPASS_FIREWALL", StringComparison.Ordinal)
            .Replace("MSG = False", "MSG = True", StringComparison.Ordinal));

        Assert.Contains("    action: ignore\n", imported.Yaml, StringComparison.Ordinal);
        Assert.Contains("rule bypass became ignore: FW_INTF_IN_SYSLOG_MSG is True, but Check Point's logs name no "
            + "interfaces, so it made no flows", imported.Notes);
    }

    [Theory]
    [InlineData("+00:00")]
    [InlineData("+05:30")]
    [InlineData("-08:00")]
    public void As_in_the_original_a_stamp_is_local_whatever_offset_stands_behind_it(string offset) => Assert.Equal(
        Outcome.Drop, Explain(CheckPoint("'_DFA'"), CheckPointLog("drop", "ssh_DFA", offset)).Outcome);

    [Fact]
    public void A_rules_name_sets_no_lifetime_where_the_original_read_none()
    {
        var config = Fortinet("");

        var flow = Assert.Single(Explain(config, FortinetLog("deny", "policyname=\"block_10m\"")).Flows);

        Assert.Equal(1800, flow.Timeouts.Hard);
    }

    [Theory]
    [InlineData("service=\"HTTPS\"", "HTTPS", true)]
    [InlineData("service=\"HTTPS\" app=\"Web\"", "Web", true)]
    [InlineData("service=\"HTTPS\" app=\"Web\"", "HTTPS", false)]
    public void FortiGates_application_counts_before_its_service(string fields, string marked, bool isMarked)
    {
        var config = Fortinet($"COS_TOS_MARKING = {{'{marked}': {{'COS': 5}}}}");

        var told = Explain(config, FortinetLog("accept", $"trandisp=noop {fields}"));

        Assert.Equal(2, told.Flows.Count);
        Assert.Equal(isMarked, told.Commands.Contains("action set cos 5"));
    }

    [Theory]
    [InlineData("", Outcome.NoRule)]
    [InlineData("utmaction=\"\"", Outcome.Drop)]
    public void A_trigger_asks_for_its_fields_even_where_its_pattern_fits_nothing(string fields, Outcome outcome) =>
        Assert.Equal(outcome, Explain(
            Fortinet("").Replace("'action': 'deny'", "'utmaction': ''", StringComparison.Ordinal),
            FortinetLog("deny", fields)).Outcome);

    [Theory]
    [InlineData("trandisp=noop", Outcome.Bypass)]
    [InlineData("", Outcome.Protected)]
    [InlineData("trandisp=snat", Outcome.Protected)]
    public void A_FortiGate_session_that_may_be_translated_is_not_bypassed(string fields, Outcome outcome) =>
        Assert.Equal(outcome, Explain(Fortinet(""), FortinetLog("accept", fields)).Outcome);

    [Fact]
    public void As_in_the_original_a_log_without_interfaces_bypasses_nothing() => Assert.Equal(
        Outcome.NoInterface,
        Explain(Fortinet(""), FortinetLog("accept", "trandisp=noop")
            .Replace("srcintf=\"port11\" ", "", StringComparison.Ordinal)
            .Replace("dstintf=\"port12\" ", "", StringComparison.Ordinal)).Outcome);

    [Fact]
    public void Cyphorts_subtype_is_the_name_of_the_incident() => Assert.Contains(
        "      name: 'TROJAN'\n",
        Import("DATATHEFT_TRIGGER = {'subtype': 'TROJAN'}\nDFA_CONTROLLER_SPEC = ["
            + "{'action': 'Drop_Flow', 'trigger': DATATHEFT_TRIGGER, 'flow_match': ['src_ip']}]").Yaml!,
        StringComparison.Ordinal);

    private static ImportResult Import(string text) => Importer.Import($"{text}\n", "config.py");

    private static Explanation Explain(string python, string message)
    {
        var imported = Import(python);
        Assert.Null(imported.Error);
        var loaded = ConfigurationLoader.Parse(imported.Yaml!, "assist.yaml", [], Formats.Find);
        Assert.Empty(loaded.Errors);
        return new Explainer(loaded.Config!, TimeProvider.System).Explain(1, Encoding.UTF8.GetBytes(message));
    }

    private static string CheckPoint(string suffix) => Wired + $$"""
        ASSIST_WHEN_SERVICE_ID_SUFFIX = {{suffix}}
        FW_INTF_IN_SYSLOG_MSG = False
        DFA_CONTROLLER_SPEC = [
            {'trigger': {'product': 'FireWall', 'Action': 'drop'}, 'action': DROP_FLOW, 'flow_match': SRC_IP_DST_IP}]
        """;

    private static string Fortinet(string more) => Wired + $$"""
        FIREWALL_INTERFACE_AF, FIREWALL_INTERFACE_BF = 'port11', 'port12'
        APP_NAME = 'DirectFlow Assist for Fortinet Firewalls'
        DFA_CONTROLLER_SPEC = [
            {'trigger': {'type': 'traffic', 'action': 'deny'}, 'action': DROP_FLOW, 'flow_match': SRC_IP_DST_IP},
            {'trigger': {'type': 'traffic', 'action': 'accept'}, 'action': BYPASS_FIREWALL, 'flow_match': FIVE_TUPLE}]
        {{more}}
        """;

    private static string CheckPointLog(string action, string service, string offset = "+00:00") =>
        $"<85>{TimeProvider.System.GetLocalNow():MMM dd HH:mm:ss}{offset} 192.0.2.9 Action=\"{action}\" "
            + $"UUid=\"{{0x0}}\" "
        + $"service_id=\"{service}\" src=\"10.1.1.1\" dst=\"203.0.113.5\" proto=\"6\" product=\"VPN-1 & FireWall-1\" "
        + "service=\"22\" s_port=\"51515\" product_family=\"Network\"";

    private static string FortinetLog(string action, string fields) =>
        $"<13>date={TimeProvider.System.GetLocalNow():yyyy-MM-dd} time={TimeProvider.System.GetLocalNow():HH:mm:ss} "
        + "devname=FG500 type=traffic subtype=forward vd=one srcip=10.1.1.1 srcport=51515 srcintf=\"port11\" "
        + $"dstip=203.0.113.5 dstport=443 dstintf=\"port12\" action={action} {fields} proto=6 sentbyte=0";
}
