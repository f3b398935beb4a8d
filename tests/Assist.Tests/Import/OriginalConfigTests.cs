using System.Text.Json;
using Assist.Configuration;
using Assist.Flows;
using Assist.Import;
using Assist.Inputs.Formats.Keyed;
using Assist.Outputs.DirectFlow;
using Assist.Rules;
using Assist.Tests.Configuration;

namespace Assist.Tests.Import;

/// <summary>The configuration the original was released with, rendered as Python from its recorded values.</summary>
public sealed class OriginalConfigTests
{
    private const string FilledIn = """

        ACCEPT_SYSLOG_MSGS_FROM_IP = ['192.0.2.10']
        SWITCH_INTERFACE_A = 'Ethernet1'
        SWITCH_INTERFACE_AF = 'Ethernet2'
        FIREWALL_INTERFACE_AF = 'ethernet1/1'
        SWITCH_INTERFACE_B = 'Ethernet4'
        SWITCH_INTERFACE_BF = 'Ethernet5'
        FIREWALL_INTERFACE_BF = 'ethernet1/2'

        """;

    [SharedFact(SharedData.Settings)]
    public void As_shipped_it_imports_and_check_asks_for_senders_and_wiring()
    {
        var result = Importer.Import(Render("pan", withNames: true), "config.py");

        Assert.Null(result.Error);
        Assert.Equal(7, Loading.Parse(result.Yaml!).Errors.Count);
        Assert.Contains("ACCEPT_SYSLOG_MSGS_FROM_IP is empty: fill in firewall.senders, since nobody is trusted by "
            + "default", result.Notes);
    }

    [SharedFact(SharedData.Settings)]
    public void Filled_in_it_loads_and_keeps_every_rule_in_its_order()
    {
        var result = Importer.Import(Render("pan", withNames: true) + FilledIn, "config.py");
        var config = Loading.Parse(result.Yaml!).Config!;

        Assert.Equal(
            [
                "dfa-ignore-filter", "spyware-cmd-and-ctrl", "vulnerability-info-disclosure", "tcp-flood-attack",
                "virus-eicar-file", "threat-drop-default", "traffic-drop-default", "bypass-default",
            ],
            config.Decisions.Rules.Select(r => r.Name));
        const MatchSet Service = MatchSet.FiveTuple & ~MatchSet.SourcePort;
        const MatchSet Pair = MatchSet.SourceIp | MatchSet.DestinationIp;
        Assert.Equal(
            [
                MatchSet.FiveTuple, MatchSet.SourceIp, MatchSet.SourceIp, MatchSet.SourceIp, Pair, Service, Service,
                MatchSet.FiveTuple,
            ],
            config.Decisions.Rules.Select(r => r.Match));
        Assert.Equal([false, true, true, true, true, true, true, true], config.Decisions.Rules.Select(r => r.Widen));
        Assert.Equal(new FlowLifetimes(), config.Decisions.Lifetimes);
        Assert.Equal(new TableOptions { LeastActive = new LeastActive(98, 10), Drops = DropLimits.None }, config.Table);
        Assert.False(config.Decisions.RetractsAtEnd);
        Assert.False(config.Escalation.IsOn);
        Assert.Equal(OperatingMode.Shunt, config.Topology.Mode);
        Assert.Equal(
            ["^drop$", "drop-all-packets", "deny", "block-url", "reset-(client|server|both)"],
            config.Decisions.Rules[5].When.Single(w => w.Field == "Action").Patterns);
    }

    [SharedFact(SharedData.Settings)]
    public void Written_out_without_names_it_means_the_same()
    {
        var named =
            Loading.Parse(Importer.Import(Render("pan", withNames: true) + FilledIn, "config.py").Yaml!).Config!;
        var plain =
            Loading.Parse(Importer.Import(Render("pan", withNames: false) + FilledIn, "config.py").Yaml!).Config!;

        Assert.Equal(named.Decisions.Rules.Select(Show), plain.Decisions.Rules.Select(Show));
        Assert.Equal(named.Table, plain.Table);
    }

    [SharedFact(SharedData.Decisions)]
    public void Every_setting_of_the_recorded_decisions_imports_and_loads()
    {
        var shipped = Render("pan", withNames: false);
        var file = SharedData.PathOf(SharedData.Decisions);
        var overrides = File.ReadLines(file)
            .Select(PanSettings).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(overrides);
        foreach (var settings in overrides)
        {
            var result = Importer.Import(shipped + FilledIn + settings, "config.py");

            Assert.True(result.Error is null, $"{result.Error}\n{settings}");
            Assert.Empty(Loading.Errors(Loading.Parse(result.Yaml!)));
        }
    }

    private static string? PanSettings(string line)
    {
        using var vector = JsonDocument.Parse(line);
        return vector.RootElement.GetProperty("vendor").GetString() == "pan"
            ? new PythonRenderer(vector.RootElement.GetProperty("settings")).Render(withNames: false)
            : null;
    }

    private static string Show(RuleOptions rule) =>
        string.Join("; ", rule.When.Select(w => $"{w.Field}~{string.Join('|', w.Patterns)}"))
            + $" {rule.Action} {rule.Match} {rule.Widen}";

    private static string Render(string vendor, bool withNames)
    {
        var file = SharedData.PathOf(SharedData.Settings);
        using var settings = JsonDocument.Parse(File.ReadAllText(file));
        return new PythonRenderer(settings.RootElement.GetProperty(vendor)).Render(withNames);
    }
}
