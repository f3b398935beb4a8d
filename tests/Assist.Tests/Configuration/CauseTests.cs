using System.Text.Json;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Tests.Configuration;

/// <summary>Every fault at once, one line for a cause: no cause hides another one, and none is told twice.</summary>
public sealed class CauseTests
{
    private const string NoZones = "mode: shunt\nfirewall: {senders: [192.0.2.10]}\n";

    private const string BothZones =
        "mode shunt needs zones: for a and b, name the ports with network, firewall and firewall_port";

    [Theory]
    [InlineData("", "1:1: " + BothZones)]
    [InlineData("zones:\n", "3:1: " + BothZones)]
    [InlineData("zones: [Ethernet1, Ethernet2]\n", "3:8: zones must be a section of keys, not a list")]
    [InlineData("zones: {a: {network: Ethernet1, firewall: Ethernet2, firewall_port: e1}}\n",
        "3:1: mode shunt needs zones.b: name its ports with network, firewall and firewall_port")]
    [InlineData("zones: {a: Ethernet1, b: {network: Et4, firewall: Et5, firewall_port: e2}}\n",
        "3:12: zones.a must be a section of keys, not \"Ethernet1\"")]
    [InlineData("zones: {a: {network: Et1, firewall: Et2, firewall_port: e1}, c: {network: Et4, firewall: Et5, "
        + "firewall_port: e2}}\n", "3:62: unknown key \"c\" in zones; did you mean \"b\"?")]
    [InlineData("a: {network: Et1, firewall: Et2, firewall_port: e1}\nb: {network: Et4, firewall: Et5, "
        + "firewall_port: e2}\n", "3:1: unknown key \"a\"; it belongs under zones: indent it there",
        "4:1: unknown key \"b\"; it belongs under zones: indent it there")]
    public void Zones_that_are_missing_or_no_zones_are_one_fault(string zones, params string[] expected) =>
        Loading.Fails(Loading.Parse(NoZones + zones), [.. expected.Select(each => $"assist.yaml:{each}")]);

    [Theory]
    [InlineData("firewall: 192.0.2.10", "2:11: firewall must be a section of keys, not \"192.0.2.10\"")]
    [InlineData("firewall: {format: custom, senders: [192.0.2.10]}", "2:1: format custom needs firewall.fields: the "
        + "keys of the log that hold src, dst, src_port, dst_port, protocol and action")]
    public void A_section_that_is_missing_or_none_is_one_fault(string firewall, string expected) => Loading.Fails(
        Loading.Parse(Loading.Minimal.Replace(
            "firewall: {senders: [192.0.2.10]}", firewall, StringComparison.Ordinal)), $"assist.yaml:{expected}");

    [Theory]
    [InlineData("rules:\n  name: a\n  action: drop", "7:3: rules must be a list; begin each entry with \"- \"")]
    [InlineData("switch: {eapi: 'https://sw', user: a, password: secret}", "6:39: a secret does not belong into this "
        + "file; write it into a file and name that in switch.password_file")]
    [InlineData("switch: {eapi: 'http://sw', user: a}", "6:16: switch.eapi: plain http would send the password in the "
        + "clear; write \"unix:/var/run/command-api.sock\", or \"https://host\" with user and password_file")]
    [InlineData("listeners: [{transport: quic, certificate: a, key: b}]",
        "6:25: listeners.0.transport: \"quic\" is not one of udp, tcp, tls")]
    public void What_follows_from_a_mistake_is_not_told_beside_it(string yaml, string expected)
    {
        var read = Loading.With(yaml + "\n");

        Loading.Fails(read, $"assist.yaml:{expected}");
        Assert.DoesNotContain(read.Warnings, warning => warning.Message.Contains("effect", StringComparison.Ordinal)
            || warning.Message.Contains("rule", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("log: {levle: info}", "6:7: unknown key \"levle\" in log; did you mean \"level\"?")]
    [InlineData("listeners: [{prot: 9514}]", "6:14: unknown key \"prot\" in listeners.0; did you mean \"port\"?")]
    [InlineData("logging: {level: info}", "6:1: unknown key \"logging\"; did you mean \"log\"?")]
    [InlineData("control: {state: /x}", "6:11: unknown key \"state\" in control; did you mean \"state_directory\"?")]
    [InlineData("log: {level: info, levle: debug}", "6:20: unknown key \"levle\" in log")]
    public void The_nearest_key_is_one_that_is_not_written_yet(string yaml, string expected) =>
        Loading.Fails(Loading.With(yaml + "\n"), $"assist.yaml:{expected}");

    [Fact]
    public void What_stands_behind_a_misspelt_key_is_judged_too() => Loading.Fails(
        Loading.With("lgo: {levle: warn}\nflows: {dropp: {lifetime: 30 minutes}}\n"),
        "assist.yaml:6:1: unknown key \"lgo\"; did you mean \"log\"?",
        "assist.yaml:6:7: unknown key \"levle\" in log; did you mean \"level\"?",
        "assist.yaml:6:14: log.level: \"warn\" is not one of trace, debug, info, warning, error; did you mean "
        + "\"warning\"?",
        "assist.yaml:7:9: unknown key \"dropp\" in flows; did you mean \"drop\"?",
        "assist.yaml:7:27: flows.drop.lifetime: \"30 minutes\" is not a duration; write it as 30s, 5m, 2h, 1d or 0");

    [Fact]
    public void Broken_YAML_hides_no_other_mistake_where_its_cure_is_certain() => Loading.Fails(
        Loading.Parse(Loading.Minimal.Replace("mode: shunt", "mode shunt", StringComparison.Ordinal)
            + "log: {level: warn}\nflows:\n  capacity 300\n  per_source: 3\nnonsense: 1\n"),
        "assist.yaml:1:1: not valid YAML: a colon is missing behind the key; write mode: shunt",
        "assist.yaml:6:14: log.level: \"warn\" is not one of trace, debug, info, warning, error; did you mean "
        + "\"warning\"?",
        "assist.yaml:8:3: not valid YAML: a colon is missing behind the key; write capacity: 300",
        "assist.yaml:10:1: unknown key \"nonsense\"");

    [Fact]
    public void A_format_that_is_nearly_right_does_not_hide_the_mistakes_of_the_rules() => Loading.Fails(
        Loading.Parse(Loading.Minimal.Replace("{senders", "{format: panos, senders", StringComparison.Ordinal)
            + "rules: [{name: a, when: {Actoin: deny}, action: block, lifetime: 5 min}]\n"),
        "assist.yaml:2:20: firewall.format: this version does not read \"panos\"; did you mean \"pan-os\"?",
        "assist.yaml:6:26: format pan-os has no field \"Actoin\"; did you mean \"Action\"?",
        "assist.yaml:6:49: rules.0.action: \"block\" is not one of drop, bypass, redirect, ignore; did you mean "
        + "\"drop\"?",
        "assist.yaml:6:66: rules.0.lifetime: \"5 min\" is not a duration; write it as 30s, 5m, 2h, 1d or 0");

    [Fact]
    public void A_mistake_in_a_key_does_not_hide_what_is_wrong_with_a_file()
    {
        var directory = Directory.CreateTempSubdirectory("as-").FullName;
        try
        {
            var file = Path.Combine(directory, "assist.yaml");
            File.WriteAllText(Path.Combine(directory, "a.crt"), "none");
            File.WriteAllText(file, Loading.Minimal
                + "log: {level: warn}\nlisteners: [{transport: tls, certificate: a.crt, key: a.crt}]\n");

            var read = NamedFiles.Judge(
                ConfigurationLoader.Load(file, [], Loading.Format), TimeProvider.System.GetUtcNow().UtcDateTime,
                FileGravity.Doubtful);

            Assert.Contains(read.Errors, error => error.Line == 6);
            Assert.Contains(read.Errors, error => error.Line == 7 && error.Message.Contains("certificate"));
            Assert.Null(read.Config);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void The_nearest_key_stands_in_JSON_too()
    {
        using var json = JsonDocument.Parse(CheckCommand.JsonOf(Loading.With("flows: {capacty: 3}\nqqqqq: 1\n")));

        var errors = json.RootElement.GetProperty("errors").EnumerateArray().ToArray();
        Assert.Equal("capacity", errors[0].GetProperty("nearest").GetString());
        Assert.False(errors[1].TryGetProperty("nearest", out _));
    }
}
