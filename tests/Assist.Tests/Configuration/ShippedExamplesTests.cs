using System.Globalization;
using System.Text;
using Assist.Commands;
using Assist.Configuration;
using Assist.Flows;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Tests.Configuration;

/// <summary>The example configurations, one a format.</summary>
public sealed class ShippedExamplesTests
{
    public static TheoryData<string> Names() =>
        ["fortigate", "check-point", "varmour", "cyphort", "cef", "leef", "pan-cloud", "custom", "auto"];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_loads_and_its_format_exists(string name)
    {
        var result = Load(name);

        Assert.Empty(result.Errors);
        Assert.DoesNotContain(
            result.Warnings, warning => !warning.ToString().EndsWith("does not exist here", StringComparison.Ordinal));
        Assert.Equal((name, name), (result.Config!.Logs.Format, Formats.Of(result.Config).Name));
    }

    [Theory]
    [InlineData("fortigate")]
    [InlineData("check-point")]
    [InlineData("varmour")]
    [InlineData("cyphort")]
    [InlineData("cef")]
    [InlineData("leef")]
    public void The_rules_of_an_example_are_the_defaults_written_out(string name) =>
        Assert.Equal(DefaultRules.For(name).Select(Show), Load(name).Config!.Decisions.Rules.Select(Show));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_default_rule_needs_no_regular_expression(string name) => Assert.All(
        DefaultRules.For(name).SelectMany(rule => rule.When).SelectMany(condition => condition.Patterns),
        pattern => Assert.Matches("^\\^?[A-Za-z0-9 _:-]+\\$?$", pattern));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_default_rule_asks_for_fields_that_some_layout_has(string name)
    {
        var layouts = Formats.Of(Load(name).Config!).Layouts;

        Assert.All(DefaultRules.For(name), rule =>
            Assert.Contains(layouts, layout => rule.When.All(when => layout.IndexOf(when.Field) >= 0)));
        Assert.Equal(layouts, layouts.OrderBy(layout => layout.Ordinal));
    }

    [Fact]
    public void A_custom_map_says_what_is_missing_and_what_is_wrong()
    {
        var result = ConfigurationLoader.Parse("""
            mode: inline
            firewall:
              senders: [192.0.2.10]
              format: custom
              fields: {src: a, dst: a, src_port: c d, protocol: p, action: v, colour: x}
            zones:
              a: {network: Ethernet1, firewall: Ethernet2}
            """, "assist.yaml", [], Formats.Find);

        Assert.Null(result.Config);
        Assert.Equal(
            [
                "assist.yaml:5:3: format custom needs firewall.fields.dst_port: the key of the log that holds it",
                "assist.yaml:5:25: firewall.fields.dst: the key a already stands for something else",
                "assist.yaml:5:38: firewall.fields.src_port: \"c d\" is not a key; a key has letters, digits, _ - and "
                    + ". only",
                "assist.yaml:5:67: unknown key \"colour\" in firewall.fields",
            ],
            result.Errors.Select(error => error.ToString())
                .Where(error => error.Contains("field", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(186, 0)]   // with the six that must be given
    [InlineData(187, 1)]
    public void A_custom_map_may_name_as_many_keys_as_a_log_holds(int others, int errors)
    {
        var result = ConfigurationLoader.Parse($$"""
            mode: inline
            firewall:
              senders: [192.0.2.10]
              format: custom
              fields: {src: a, dst: b, src_port: c, dst_port: d, protocol: p, action: v,
                others: [{{string.Join(", ", Enumerable.Range(0, others).Select(i => $"k{i}"))}}]}
            zones:
              a: {network: Ethernet1, firewall: Ethernet2}
            """, "assist.yaml", [], Formats.Find);

        Assert.Equal(errors, result.Errors.Count(
            error => error.ToString().Contains("at most 192 keys", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(
        "date=2026-11-21 time=10:00:00 type=traffic srcip=x dstip=192.0.2.1 action=deny proto=6 ",
        "fortigate",
        "key srcip: not an IP address, found \"x\"")]
    [InlineData("Nov 21 10:00:00 fw %ASA-4-106023: Deny tcp src a:192.0.2.1/1 dst b:192.0.2.2/2", "auto",
        "the beginning of no known format: a PAN-OS CSV, CEF:, LEEF:, vArmour va_syslog:, date= or devname=, Action= "
            + "or key:\"")]
    [InlineData("<999>Nov 21 10:00:00 fw x", "auto", "the PRI is not <0> to <191>")]
    [InlineData(
        "CEF:0|Example|X|1|a|b|3|src=192.0.2.1",
        "auto",
        "CEF of another vendor than Palo Alto Networks, Fortinet, Check Point and Cyphort")]
    [InlineData(
        "date=2026-11-21 devname=\"fw type=\"traffic\" srcip=192.0.2.1",
        "fortigate",
        "byte 35: text follows the closing quote")]
    [InlineData("date=2026-11-21 type=traffic msg=\"open", "fortigate", "byte 34: the quoted value is not closed")]
    [InlineData(
        "<14>Nov 21 10:00:00 fw 1,2026/11/21 10:00:00,007,TRAFFIC,start,1,x,",
        "pan-os",
        "column 8: the message ends before a field that is needed")]
    public void A_malformed_line_is_explained_with_its_format_and_place(string line, string format, string reason)
    {
        var explanation = new Explainer(Load("auto").Config!, TimeProvider.System)
            .Explain(1, Encoding.UTF8.GetBytes(line));

        Assert.Equal((format, reason), (explanation.Format, explanation.Reason));
    }

    [Fact]
    public void Each_rule_that_was_tried_says_why_it_did_or_did_not_fire()
    {
        const string line = """date=2026-01-02 time=03:04:05 tz="+0000" logid="0000000013" type="traffic" subtype="forward" vd="A" srcip=192.0.2.10 srcport=51000 dstip=203.0.113.20 dstport=443 action="deny" trandisp="noop" proto=6 """;

        Assert.Equal(
            [
                new RuleCheck("root-domain", false, "vd is \"A\", not ^root$"),
                new RuleCheck("local-traffic", false, "subtype is \"forward\", not ^local$"),
                new RuleCheck("late-answers", false, "srcport is \"51000\", not ^22$ | ^25$ | ^53$ | ^80$ | ^88$ "
                    + "| ^123$ | ^161$ | ^389$ | ^443$ | ^445$ | ^636$ | ^993$ | ^1433$ | ^3306$ | ^3389$ | ^5432$ "
                    + "| ^8080$ | ^8443$"),
                new RuleCheck("denied-traffic", true, "all its fields match"),
            ],
            Explain("fortigate", line + "end=1").Rules.Where(rule => !rule.Why.StartsWith("logs of this kind")));
        Assert.Contains(
            new RuleCheck("root-domain-cef", false, "logs of this kind have no FTNTFGTvd"),
            Explain("fortigate", line + "end=1").Rules);
        Assert.Equal(
            new RuleCheck("denied-traffic-5.0", false,
                "the message may be cut before or within status: no rule behind this one is tried"),
            Explain("fortigate", line.Replace("deny", "accept") + "sentby").Rules[^1]);
        Assert.Contains(new RuleCheck("denied-traffic-5.0", false, "the message has no status"),
            Explain("fortigate", line.Replace("deny", "accept") + "end=1").Rules);
        Assert.Empty(Explain("fortigate", line.Replace("2026-01", "2025-01") + "end=1").Rules);
    }

    [Fact]
    public void A_fortigate_start_is_bypassed_and_a_check_point_service_without_the_suffix_is_not()
    {
        var fortigate = Explain("fortigate", """
            <189>date=2026-01-02 time=03:04:05 tz="+0000" type="traffic" vd="A" srcip=192.0.2.10 srcport=51000 srcintf="port11" dstip=203.0.113.20 dstport=443 dstintf="port12" action="start" service="HTTPS" trandisp="noop" proto=6 duration=0
            """);
        const string session = """" src="192.0.2.11" dst="203.0.113.20" proto="6" product="VPN-1 & FireWall-1" service="22" s_port="51001" product_family="Network" """";
        var plain = Explain(
            "check-point", "<85>Jan  2 03:03:59+00:00 192.0.2.1 Action=\"accept\" service_id=\"ssh\"" + session);
        var assisted = Explain(
            "check-point", "<85>Jan  2 03:03:59+00:00 192.0.2.1 Action=\"accept\" service_id=\"ssh_DFA\"" + session);

        Assert.Equal((Flows.Outcome.Bypass, 2), (fortigate.Outcome, fortigate.Flows.Count));
        Assert.Equal(Flows.Outcome.NoRule, plain.Outcome);
        Assert.Equal((Flows.Outcome.Bypass, 4), (assisted.Outcome, assisted.Flows.Count));
    }

    private static Explanation Explain(string name, string line) =>
        new Explainer(Load(name).Config!, new ManualTimeProvider()).Explain(1, Encoding.UTF8.GetBytes(line));

    private static ConfigurationResult Load(string name) =>
        ConfigurationLoader.Load(Path.Combine(RepositoryRoot.Directory, "config", $"{name}.yaml"), [], Formats.Find);

    private static string Show(RuleOptions rule)
    {
        var text = new StringBuilder();
        foreach (var field in rule.When)
            text.Append(CultureInfo.InvariantCulture, $"{field.Field} ~ {string.Join(" | ", field.Patterns)}; ");
        return $"{rule.Name}: {text}{rule.Action} {rule.Match} {rule.Lifetime} {rule.Idle} {rule.Widen}";
    }
}
