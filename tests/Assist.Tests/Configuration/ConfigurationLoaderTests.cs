using System.Net;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Rules;
using Assist.Tests.Processes;
using Microsoft.Extensions.Logging;

namespace Assist.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    [Fact]
    public void Health_has_its_limits()
    {
        var read = Loading.Config("health: {silence: 2h, may_be_silent: [192.0.2.11], refused_percent: 80}").Health;
        Assert.Equal((TimeSpan.FromHours(2), 80), (read.Silence, read.RefusedPercent));
        Assert.Equal("192.0.2.11", Assert.Single(read.MayBeSilent).ToString());
        Assert.Equal(TimeSpan.Zero, Loading.Config("health: {silence: 0}").Health.Silence);
        Loading.Fails(
            Loading.With("health: {silence: 5s}"),
            "assist.yaml:6:19: health.silence: write at least 10s, or 0 to turn it off");
    }

    [Fact]
    public void Senders_and_wiring_are_all_that_must_be_written()
    {
        var config = Loading.Config("");

        Assert.Equal("pan-os", config.Logs.Format);
        Assert.Equal(OperatingMode.Shunt, config.Topology.Mode);
        Assert.Equal("Ethernet1", config.Topology.A.Network);
        Assert.Null(config.Topology.A.FirewallHa);
        Assert.Equal("192.0.2.10", Assert.Single(config.Syslog.Senders).ToString());
        Assert.Equal(new ListenerOptions { Transport = Transport.Udp, Port = 9514 }, Assert.Single(config.Listeners));
        Assert.Equal(9, config.Decisions.Rules.Count);
        Assert.Equal(TimeSpan.FromMinutes(5), config.Decisions.MaxMessageAge);
        Assert.Equal(InterfaceUse.AsLogged, config.Decisions.Interfaces);
        Assert.Equal("/var/run/command-api.sock", config.Eapi.Socket);
        Assert.Equal(new ControlOptions { Socket = "/run/assist/control.sock", StateDirectory = "/var/lib/assist" },
            config.Control);
        Assert.Equal(
            new HardeningOptions { StormControlBroadcast = "0.1", StormControlMulticast = "0.1" }, config.Hardening);
        Assert.Equal(new LogOptions { Level = LogLevel.Information, MaxFileSize = 5 << 20, KeepFiles = 3 }, config.Log);
    }

    [Fact]
    public void Every_key_reaches_its_option()
    {
        var result = Loading.Parse("""
            mode: mirror_and_shunt
            firewall: {format: pan-os, senders: [192.0.2.0/24, "2001:db8::1"], clock: Europe/Berlin,
              max_message_age: 0, interfaces_in_log: false}
            listeners:
              - {transport: udp, address: 198.51.100.1, port: 514}
              - {transport: tls, port: 6514, certificate: tls/a.crt, key: /k/a.key, client_ca: ca.crt,
                 permitted_peers: [FW1.example.net., "192.0.2.1"]}
            zones:
              a: {network: Et1, firewall: Et2, firewall_ha: Et3, firewall_port: ethernet1/1, vlan: 110}
              b: {network: Po10, firewall: Port-Channel20, firewall_port: ae2, vlan: 4094}
            tap: {to_firewall: [Ethernet7/1], mirrored: [Et1], after_rewrites: false}
            switch: {eapi: "https://192.0.2.1:8443", user: assist, password_file: pw, ca: ca.crt, timeout: 10s}
            control: {socket: run/c.sock, state_directory: state}
            flows:
              drop: {lifetime: 1h, idle: 0}
              bypass: {lifetime: 2h, idle: 90s}
              redirect: {lifetime: 7d, idle: 1d}
              rewrite_vlan: true
              max_name_lifetime: 2h
              capacity: 750
              least_active: {at_percent: 95, remove_percent: 20}
              remove_one_way_bypasses: true
              switch_ends_entries: false
              retract_at_end: false
              reserved_for_drops: 100
              duplicate_window: 0
              reconcile_interval: 30s
            rules:
              - {name: r1, when: {Action: [^deny$, drop]}, action: drop, match: [src_ip, dst_ip],
                 lifetime: 10m, idle: 1m, widen: true}
              - {name: r2, when: {Type: THREAT}, action: redirect, match: five_tuple}
            marking: {web-browsing: {cos: 0, tos: 255}, ssh: {tos: 16}}
            protect: {never_drop: [10.0.0.1, 10.1.0.0/16]}
            hardening: {storm_control_broadcast: 100, storm_control_multicast: 0.25}
            log: {level: warning, file: a.log, max_file_size: 64K, keep_files: 9}
            limits: {connections: 10, connections_per_sender: 2, handshakes: 3, datagrams_per_sender: 4,
              handshake_timeout: 2s, frame_timeout: 1m, udp_receive_buffer: 1M}
            """);

        Assert.Empty(result.Errors);
        var config = result.Config!;
        string Beside(string name) => Path.Combine(Environment.CurrentDirectory, name);
        Assert.Equal([new IpPrefix(IpAddr.From(new IPAddress([192, 0, 2, 0])), 24), Prefix("2001:db8::1")],
            config.Syslog.Senders);
        Assert.Equal("Europe/Berlin", config.Decisions.Clock.Id);
        Assert.Equal(TimeSpan.Zero, config.Decisions.MaxMessageAge);
        Assert.Equal(InterfaceUse.Ignored, config.Decisions.Interfaces);
        Assert.Equal("198.51.100.1", config.Listeners[0].Address.ToString());
        Assert.Equal((Beside("tls/a.crt"), "/k/a.key"), (config.Listeners[1].Certificate, config.Listeners[1].Key));
        Assert.Equal(Beside("ca.crt"), config.Listeners[1].ClientCa);
        Assert.Equal(["Et2", "Et3"], config.Topology.A.FirewallPorts);
        Assert.Equal(4094, config.Topology.B.Vlan);
        Assert.Equal(["Ethernet7/1"], config.Topology.TapToFirewall);
        Assert.Equal(["Et1"], config.Topology.TapMirrored);
        Assert.False(config.Topology.MirrorAfterRewrites);
        Assert.True(config.Topology.RewriteVlan);
        Assert.Null(config.Eapi.Socket);
        Assert.Equal(new Uri("https://192.0.2.1:8443"), config.Eapi.Https);
        Assert.Equal(
            ("assist", Beside("pw"), Beside("ca.crt")), (config.Eapi.User, config.Eapi.PasswordFile, config.Eapi.Ca));
        Assert.Equal(TimeSpan.FromSeconds(10), config.Eapi.Timeout);
        Assert.Equal((Beside("run/c.sock"), Beside("state")), (config.Control.Socket, config.Control.StateDirectory));
        Assert.Equal(new Lifetime(TimeSpan.FromHours(1), TimeSpan.Zero), config.Decisions.Lifetimes.Drop);
        Assert.Equal(new Lifetime(TimeSpan.FromHours(2), TimeSpan.FromSeconds(90)), config.Decisions.Lifetimes.Bypass);
        Assert.Equal(new Lifetime(TimeSpan.FromDays(7), TimeSpan.FromDays(1)), config.Decisions.Lifetimes.Redirect);
        Assert.Equal(120, config.Decisions.Lifetimes.MaxSuffixMinutes);
        Assert.Equal((750, 100), (config.Table.Capacity, config.Table.ReservedForDrops));
        Assert.Equal((new LeastActive(95, 20), true, false),
            (config.Table.LeastActive, config.Table.RemovesOneWayBypasses, config.Table.SwitchEndsEntries));
        Assert.False(config.Decisions.RetractsAtEnd);
        Assert.Equal(
            (TimeSpan.Zero, TimeSpan.FromSeconds(30)), (config.Table.DuplicateWindow, config.Table.ReconcileInterval));
        Assert.Equal([new Marking(0, 255), new Marking(null, 16)], config.Decisions.Marking.Values);
        Assert.Equal([Prefix("10.0.0.1"), Prefix("10.1.0.0/16")], config.NeverDrop.Prefixes);
        Assert.Equal(("100", "0.25"), (config.Hardening.StormControlBroadcast, config.Hardening.StormControlMulticast));
        Assert.Equal(
            new LogOptions { Level = LogLevel.Warning, File = Beside("a.log"), MaxFileSize = 65_536, KeepFiles = 9 },
            config.Log);
        Assert.Equal((10, 2, 1 << 20),
            (config.Syslog.MaxConnections, config.Syslog.MaxConnectionsPerSender, config.Syslog.UdpReceiveBuffer));
        Assert.Equal((3, 4), (config.Syslog.MaxHandshakes, config.Syslog.DatagramsPerSender));
        Assert.Equal(["FW1.example.net", "192.0.2.1"], config.Listeners[1].PermittedPeers!.Select(peer => peer.Value));
        Assert.Equal((2, 60), (config.Syslog.HandshakeTimeout.TotalSeconds, config.Syslog.FrameTimeout.TotalSeconds));
        var rule = config.Decisions.Rules[0];
        Assert.Equal(["^deny$", "drop"], Assert.Single(rule.When).Patterns);
        Assert.Equal(
            (RuleAction.Drop, MatchSet.SourceIp | MatchSet.DestinationIp, true), (rule.Action, rule.Match, rule.Widen));
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1)), (rule.Lifetime, rule.Idle));
        Assert.Equal((RuleAction.Redirect, MatchSet.FiveTuple),
            (config.Decisions.Rules[1].Action, config.Decisions.Rules[1].Match));
    }

    [Fact]
    public void All_errors_are_reported_at_once_in_the_order_of_the_file() => Loading.Fails(
        Loading.Parse(
            "mode: shnt\nlistner: [{port: 9514}]\nfirewall: {senders: []}\n"
                + "zones: {a: {network: Ethernet1, firewal: Ethernet2}}\n"),
        "assist.yaml:1:7: mode: \"shnt\" is not one of shunt, inline, mirror, mirror_and_shunt; did you mean "
            + "\"shunt\"?",
        "assist.yaml:2:1: unknown key \"listner\"; did you mean \"listeners\"?",
        "assist.yaml:3:21: firewall.senders is empty, and nobody is trusted by default; name the addresses your "
            + "firewall sends its logs from, such as [192.0.2.10]",
        "assist.yaml:4:1: mode shunt needs zones.b: name its ports with network, firewall and firewall_port",
        "assist.yaml:4:9: mode shunt needs zones.a.firewall_port: the firewall's own name of its port on this side",
        "assist.yaml:4:33: unknown key \"firewal\" in zones.a; did you mean \"firewall\"?");

    [Fact]
    public void A_file_that_is_not_there_says_how_to_name_one()
    {
        var result = ConfigurationLoader.Load("/nowhere/assist.yaml", [], Loading.Format);

        Loading.Fails(result, "/nowhere/assist.yaml: does not exist; name the file with --config or $ASSIST_CONFIG");
    }

    [Fact]
    public void A_directory_or_an_endless_device_is_no_configuration()
    {
        Assert.Contains("cannot be read",
            Assert.Single(ConfigurationLoader.Load("/", [], Loading.Format).Errors).Message, StringComparison.Ordinal);
        Assert.Contains("larger than 1 MiB",
            Assert.Single(ConfigurationLoader.Load("/dev/zero", [], Loading.Format).Errors).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.yaml", "b.yaml", true, "a.yaml")]
    [InlineData(null, "b.yaml", true, "b.yaml")]
    [InlineData(null, "", true, "/persist/sys/extensions/assist/assist.yaml")]
    [InlineData(null, null, false, "/etc/assist/assist.yaml")]
    public void The_file_is_the_options_then_the_environments_then_the_systems(
        string? option, string? variable, bool isEos, string expected) =>
        Assert.Equal(expected, ConfigurationFile.Find(option, variable, isEos));

    [Theory]
    [InlineData(true, "/persist/sys/extensions/assist/state")]
    [InlineData(false, "/var/lib/assist")]
    public void State_lies_where_it_outlives_a_reload(bool isEos, string expected) =>
        Assert.Equal(expected, ConfigurationFile.StateDirectoryOn(isEos));

    [Fact]
    public void A_file_name_that_leads_nowhere_is_a_warning_since_the_check_may_run_elsewhere()
    {
        var result = Loading.With("switch: {eapi: 'https://sw1', user: u, password_file: /nowhere/pw}\n");

        Assert.Empty(result.Errors);
        Assert.Equal("assist.yaml:6:55: warning: switch.password_file: /nowhere/pw does not exist here",
            Assert.Single(result.Warnings).ToString());
    }

    private static IpPrefix Prefix(string text) =>
        IpPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);
}
