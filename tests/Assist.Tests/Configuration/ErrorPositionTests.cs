namespace Assist.Tests.Configuration;

/// <summary>Each text stands below the minimal file, so it begins in line 6.</summary>
public sealed class ErrorPositionTests
{
    [Theory]
    [InlineData("flows: {capacty: 3}", "6:9: unknown key \"capacty\" in flows; did you mean \"capacity\"?")]
    [InlineData("rules: [{name: a, when: {Action: \"\"}, action: "
        + "drop}]", "6:34: pattern \"\" is found in every text, also in none, so the rule would act on every log; "
        + "write the text to look for, or put the field under has, which asks only that it is there")]
    [InlineData("rules: [{name: a, when: {Action: 'deny|'}, action: bypass}]",
        "6:34: pattern \"deny|\" is found in every text, also in none, so the rule would act on every log; write the "
            + "text to look for, or put the field under has, which asks only that it is there")]
    [InlineData("rules: [{name: a, when: {Action: ['deny', '(drop)?']}, action: drop}]",
        "6:43: pattern \"(drop)?\" is found in every text, also in none, so the rule would act on every log; write the "
            + "text to look for, or put the field under has, which asks only that it is there")]
    [InlineData("rules: [{name: a, has: [Acton], action: "
        + "drop}]", "6:25: format pan-os has no field \"Acton\"; did you mean \"Action\"?")]
    [InlineData("mirror: 1", "6:1: unknown key \"mirror\"")]
    [InlineData("qqqqqqqqq: 1", "6:1: unknown key \"qqqqqqqqq\"")]
    [InlineData(
        "log: {level: info}\nlog: {level: debug}",
        "7:1: key \"log\" is already set in line 6; keep one of them")]
    [InlineData(
        "log: &a {level: info}",
        "6:6: anchors (&) and aliases (*) are not supported; write the value out, or quote it")]
    [InlineData("log: *a", "6:6: anchors (&) and aliases (*) are not supported; write the value out, or quote it")]
    [InlineData("log: !!map {level: info}", "6:6: tags are not supported here; write the value alone")]
    [InlineData(
        "---\nlog: {}",
        "6:1: a second document begins here; the configuration is one document, remove the ---")]
    [InlineData("? [a, b]\n: c", "6:3: a key must be a word, not a list or a section")]
    [InlineData("log: [info]", "6:6: log must be a section of keys, not a list")]
    [InlineData("log: info", "6:6: log must be a section of keys, not \"info\"")]
    [InlineData("log: {level: [info]}", "6:14: log.level must be a single value, not a list")]
    [InlineData("log: {level: }", "6:14: log.level has no value; write one or remove the key")]
    [InlineData("log: {file: \"a\\0b\"}", "6:13: log.file has a control character in it")]
    [InlineData("listeners: udp", "6:12: listeners must be a list; begin each entry with \"- \"")]
    [InlineData(
        "log: {level: 'x",
        "6:14: not valid YAML: this quote is not closed")]
    [InlineData("log: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "6:22: nested deeper than 16 levels")]
    public void What_is_no_configuration_is_refused_at_its_place(string yaml, string expected) => Fails(yaml, expected);

    [Theory]
    [InlineData(
        "flows: {duplicate_window: 5 min}",
        "6:27: flows.duplicate_window: \"5 min\" is not a duration; write it as 30s, 5m, 2h, 1d or 0")]
    [InlineData("flows: {reconcile_interval: 2s}", "6:29: flows.reconcile_interval: 2s is outside 5s to 1h")]
    [InlineData("flows: {capacity: 0}", "6:19: flows.capacity: \"0\" is not a whole number from 1 to 1000000")]
    [InlineData(
        "flows: {least_active: {at_precent: 98}}",
        "6:24: unknown key \"at_precent\" in flows.least_active; did you mean \"at_percent\"?")]
    [InlineData(
        "flows: {least_active: {remove_percent: 0}}",
        "6:40: flows.least_active.remove_percent: \"0\" is not a whole number from 1 to 100")]
    [InlineData(
        "metrics: {listen: 9464}",
        "6:19: metrics.listen: \"9464\" is not an address and port, such as 127.0.0.1:9464 or [::1]:9464")]
    [InlineData(
        "metrics: {listen: '127.0.0.1'}",
        "6:19: metrics.listen: \"127.0.0.1\" is not an address and port, such as 127.0.0.1:9464 or [::1]:9464")]
    [InlineData(
        "metrics: {listen: '::1:9464'}",
        "6:19: metrics.listen: \"::1:9464\" is not an address and port, such as 127.0.0.1:9464 or [::1]:9464")]
    [InlineData("control: {read_group: 'net ops'}", "6:23: control.read_group: \"net ops\" is no name of a group; "
        + "write one of /etc/group, or its number")]
    [InlineData("flows: {capacity: 1.5}", "6:19: flows.capacity: \"1.5\" is not a whole number from 1 to 1000000")]
    [InlineData(
        "flows: {capacity: 100, reserved_for_drops: 101}",
        "6:44: flows.reserved_for_drops: 101 is more than flows.capacity, 100")]
    [InlineData("flows: {rewrite_vlan: yes}",
        "6:23: flows.rewrite_vlan: \"yes\" is neither true nor false; write true")]
    [InlineData("flows: {drop: {lifetime: 0}}", "6:26: flows.drop.lifetime: 0 is outside 1s to 7d")]
    [InlineData("flows: {drop: {lifetime: 8d}}", "6:26: flows.drop.lifetime: 8d is outside 1s to 7d")]
    [InlineData(
        "flows: {drop: {idle: 31m}}",
        "6:22: flows.drop.idle: 31m is longer than the lifetime, 30m; the lifetime ends the entry first")]
    [InlineData(
        "flows: {max_name_lifetime: 90s}",
        "6:28: flows.max_name_lifetime: write whole minutes, as the names do; 0 disables lifetimes from rule names")]
    [InlineData(
        "hardening: {storm_control_broadcast: 101}",
        "6:38: hardening.storm_control_broadcast: \"101\" is not a percentage from 0 to 100, such as 0.1")]
    [InlineData(
        "hardening: {storm_control_multicast: 1e1}",
        "6:38: hardening.storm_control_multicast: \"1e1\" is not a percentage from 0 to 100, such as 0.1")]
    [InlineData(
        "limits: {udp_receive_buffer: 1T}",
        "6:30: limits.udp_receive_buffer: \"1T\" is not a size from 65536 to 1073741824 bytes; write a number, or "
        + "one with K, M or G such as 32M")]
    [InlineData("marking: {ssh: {cos: 8}}", "6:22: marking.ssh.cos: \"8\" is not a whole number from 0 to 7")]
    [InlineData("marking: {ssh: {}}", "6:11: marking.ssh sets nothing; write cos (0 to 7), tos (0 to 255) or both")]
    [InlineData(
        "protect: {never_drop: [gateway]}",
        "6:24: protect.never_drop: \"gateway\" is neither an address nor a prefix such as 192.0.2.0/24 (names are "
        + "not looked up)")]
    public void A_value_outside_its_range_is_refused_at_its_place(string yaml, string expected) =>
        Fails(yaml, expected);

    [Theory]
    [InlineData(
        "listeners: []",
        "6:1: listeners is empty, so no log could arrive; remove the key to listen on UDP 9514")]
    [InlineData(
        "listeners: [{transport: tcpp}]",
        "6:25: listeners.0.transport: \"tcpp\" is not one of udp, tcp, tls; did you mean \"tcp\"?")]
    [InlineData("listeners: [{port: 0}]", "6:20: listeners.0.port: \"0\" is not a whole number from 1 to 65535")]
    [InlineData(
        "listeners: [{port: 65536}]",
        "6:20: listeners.0.port: \"65536\" is not a whole number from 1 to 65535")]
    [InlineData(
        "listeners: [{address: eth0}]",
        "6:23: listeners.0.address: \"eth0\" is not an address of this machine; remove the key to listen on all of "
        + "them")]
    [InlineData(
        "listeners:\n  - {port: 514}\n  - {port: 514, address: 10.0.0.1}",
        "8:5: two listeners on one port: udp 514 is taken by an earlier one; give them different ports or addresses")]
    [InlineData(
        "listeners:\n  - {transport: tcp}\n  - {transport: tls, certificate: c, key: k}",
        "8:5: two listeners on one port: tcp 9514 is taken by an earlier one; give them different ports or addresses")]
    [InlineData(
        "listeners: [{transport: tls, key: k}]",
        "6:13: a tls listener needs listeners.0.certificate: a PEM file, relative to this one")]
    [InlineData(
        "listeners: [{transport: tls, certificate: c}]",
        "6:13: a tls listener needs listeners.0.key: a PEM file, relative to this one")]
    [InlineData(
        "listeners: [{transport: tcp, client_ca: c}]",
        "6:30: listeners.0.client_ca is for transport tls only; remove it or change the transport")]
    [InlineData(
        "listeners: [{transport: tcp, permitted_peers: "
        + "['sha-256:abababababababababababababababababababababababababababababababab']}]",
        "6:30: listeners.0.permitted_peers is for transport tls only; remove it or change the transport")]
    [InlineData(
        "listeners: [{transport: tls, certificate: c, key: k, client_ca: a, permitted_peers: []}]",
        "6:68: listeners.0.permitted_peers is empty, so no client could connect; name one or remove the key")]
    [InlineData(
        "listeners: [{transport: tls, certificate: c, key: k, client_ca: a, permitted_peers: ['f*.net']}]",
        "6:86: listeners.0.permitted_peers: \"f*.net\" is neither a fingerprint such as sha-256:AB:CD..., nor a "
        + "host name (* only as its whole first label), nor an address")]
    [InlineData(
        "listeners: [{transport: tls, certificate: c, key: k, permitted_peers: [fw1]}]",
        "6:72: listeners.0.permitted_peers: \"fw1\" proves nothing without an authority that vouches for it; add "
        + "client_ca, or name the client by its fingerprint")]
    [InlineData(
        "switch: {eapi: 'http://sw1'}",
        "6:16: switch.eapi: plain http would send the password in the clear; write "
        + "\"unix:/var/run/command-api.sock\", or \"https://host\" with user and password_file")]
    [InlineData(
        "switch: {eapi: sw1}",
        "6:16: switch.eapi: \"sw1\" is no address; write \"unix:/var/run/command-api.sock\", or \"https://host\" "
        + "with user and password_file")]
    [InlineData(
        "switch: {eapi: 'https://u:geheim@sw1'}",
        "6:16: switch.eapi: \"...\" is no address; write \"unix:/var/run/command-api.sock\", or \"https://host\" "
        + "with user and password_file")]
    [InlineData("switch: {eapi: 'https://sw1', user: u}", "6:1: switch.eapi over https needs switch.password_file")]
    [InlineData(
        "switch: {password: geheim}",
        "6:10: a secret does not belong into this file; write it into a file and name that in switch.password_file")]
    public void What_cannot_be_reached_is_refused_at_its_place(string yaml, string expected) => Fails(yaml, expected);

    [Theory]
    [InlineData("{when: {Type: x}, action: ignore}", "7:5: this rule has no name; give it one, such as denied-traffic")]
    [InlineData(
        "{name: a b, when: {Type: x}, action: ignore}",
        "7:12: rule name \"a b\": use 1 to 64 letters, digits, _ . and -")]
    [InlineData("{name: a, when: {Type: x}}", "7:5: this rule has no action; write drop, bypass, redirect or ignore")]
    [InlineData(
        "{name: a, when: {Type: x}, action: block}",
        "7:40: rules.0.action: \"block\" is not one of drop, bypass, redirect, ignore; did you mean \"drop\"?")]
    [InlineData(
        "{name: a, action: ignore}",
        "7:5: a rule without when would fire for every log; name at least one field")]
    [InlineData(
        "{name: a, when: {}, action: ignore}",
        "7:15: a rule without when would fire for every log; name at least one field")]
    [InlineData(
        "{name: a, when: {type: x}, action: ignore}",
        "7:22: format pan-os has no field \"type\"; did you mean \"Type\"?")]
    [InlineData(
        "{name: a, when: {Type: []}, action: ignore}",
        "7:22: field \"Type\" has no pattern; write a text or a list of texts to look for")]
    [InlineData(
        "{name: a, when: {Type: [x, 'a(b']}, action: ignore}",
        "7:32: pattern \"a(b\" is not a regular expression: not enough )'s at character 3")]
    [InlineData(
        "{name: a, when: {Type: (?!x)y}, action: ignore}",
        "7:28: pattern \"(?!x)y\" uses a lookaround, a backreference or another construct whose time to match has "
        + "no bound; write it as several patterns or as a rule of its own")]
    [InlineData(
        "{name: a, when: {Type: x}, action: ignore, match: five_tuple}",
        "7:48: match has no meaning in a rule that ignores; remove it")]
    [InlineData(
        "{name: a, when: {Type: x}, action: ignore, lifetime: 5m}",
        "7:48: lifetime has no meaning in a rule that ignores; remove it")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, match: [src_pi, dst_ip]}",
        "7:54: match: \"src_pi\" is not one of five_tuple, src_ip, src_port, dst_ip, dst_port, protocol; did you "
        + "mean \"src_ip\"?")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, match: [src_ip, dst_ip, src_ip]}",
        "7:70: match: src_ip is named twice")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, match: []}",
        "7:53: match is empty; write five_tuple or a list that has src_ip or dst_ip")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, match: [protocol]}",
        "7:53: match needs src_ip or dst_ip: without an address the flow would hit everybody's traffic")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, match: [src_ip, dst_ip, dst_port]}",
        "7:53: match has a port but no protocol, and a port is one of a protocol; add protocol")]
    [InlineData(
        "{name: a, when: {Type: x}, action: bypass, match: [src_ip]}",
        "7:55: a bypass needs src_ip and dst_ip: it takes one session past the firewall, not all of a host's")]
    [InlineData(
        "{name: a, when: {Type: x}, action: redirect}",
        "7:40: redirect works in mode mirror_and_shunt only; in the others traffic passes the firewall already or "
        + "cannot be sent there")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, lifetime: 0}",
        "7:56: rules.0.lifetime: 0 is outside 1s to 7d")]
    [InlineData(
        "{name: a, when: {Type: x}, action: drop, idle: 31m}",
        "7:52: rules.0.idle: 31m is longer than the lifetime, 30m; the lifetime ends the entry first")]
    public void A_rule_that_cannot_be_meant_is_refused_at_its_place(string rule, string expected) =>
        Fails($"rules:\n  - {rule}", expected);

    [Fact]
    public void A_rule_name_is_taken_once() => Fails(
        "rules:\n  - {name: a, when: {Type: x}, action: ignore}\n  - {name: a, when: {Type: y}, action: ignore}",
        "8:12: rule name \"a\" is already taken by an earlier rule");

    [Theory]
    [InlineData(
        "shunt",
        "{format: cef, senders: [10.0.0.1]}",
        "2:20: firewall.format: this version does not read \"cef\"")]
    [InlineData(
        "shunt",
        "{format: panos, senders: [10.0.0.1]}",
        "2:20: firewall.format: this version does not read \"panos\"; did you mean \"pan-os\"?")]
    [InlineData(
        "shunt",
        "{senders: [fw.example]}",
        "2:22: firewall.senders: \"fw.example\" is neither an address nor a prefix such as 192.0.2.0/24 (names are "
        + "not looked up)")]
    [InlineData(
        "shunt",
        "{clock: UTC+1, senders: [10.0.0.1]}",
        "2:19: firewall.clock: \"UTC+1\" is no time zone known here; write local, utc or a name such as Europe/Berlin")]
    [InlineData(
        "shunt",
        "{clock: ../../../etc/passwd, senders: [10.0.0.1]}",
        "2:19: firewall.clock: \"../../../etc/passwd\" is no time zone known here; write local, utc or a name such "
        + "as Europe/Berlin")]
    [InlineData(
        "shunt",
        "{max_message_age: 2d, senders: [10.0.0.1]}",
        "2:29: firewall.max_message_age: 2d is outside 0 to 1d")]
    [InlineData("mirror", "{senders: [10.0.0.1]}", "1:1: mode mirror needs tap: name the ports attached to the "
        + "firewall's tap interfaces with to_firewall, and the ports whose traffic is mirrored with mirrored")]
    [InlineData(
        "mirror_and_shunt",
        "{senders: [10.0.0.1]}",
        "1:1: mode mirror_and_shunt needs tap.to_firewall: the ports attached to the firewall's tap interfaces")]
    public void The_firewall_and_the_mode_are_checked(string mode, string firewall, params string[] expected)
    {
        var text = Loading.Minimal.Replace("mode: shunt", $"mode: {mode}", StringComparison.Ordinal)
            .Replace("{senders: [192.0.2.10]}", firewall, StringComparison.Ordinal);

        Loading.Fails(Loading.Parse(text), [.. expected.Select(e => $"assist.yaml:{e}")]);
    }

    [Theory]
    [InlineData(
        "a: {network: Ethernet 1, firewall: Et2}",
        "3:22: zones.a.network: \"Ethernet 1\" is not the name of a switch port; write it without blanks, such as "
        + "Ethernet1, Et5/1 or Port-Channel10")]
    [InlineData("a: {network: \"Et1\\n\", firewall: Et2}", "3:22: zones.a.network has a control character in it")]
    [InlineData(
        "a: {network: Et1;reload, firewall: Et2}",
        "3:22: zones.a.network: \"Et1;reload\" is not the name of a switch port; write it without blanks, such as "
        + "Ethernet1, Et5/1 or Port-Channel10")]
    [InlineData(
        "a: {network: Management1, firewall: Et2}",
        "3:22: zones.a.network: Management1 cannot carry DirectFlow; name the Ethernet port or the port channel "
        + "that the cable is in, such as Ethernet1, Et5/1 or Port-Channel10")]
    [InlineData(
        "a: {network: Et1, firewall: vl10}",
        "3:37: zones.a.firewall: vl10 cannot carry DirectFlow; name the Ethernet port or the port channel "
        + "that the cable is in, such as Ethernet1, Et5/1 or Port-Channel10")]
    [InlineData(
        "a: {network: Loopback0, firewall: Et2}",
        "3:22: zones.a.network: Loopback0 cannot carry DirectFlow; name the Ethernet port or the port channel "
        + "that the cable is in, such as Ethernet1, Et5/1 or Port-Channel10")]
    [InlineData(
        "a: {network: eth0, firewall: Et2}",
        "3:22: zones.a.network: eth0 cannot carry DirectFlow; name the Ethernet port or the port channel "
        + "that the cable is in, such as Ethernet1, Et5/1 or Port-Channel10")]
    [InlineData(
        "a: {network: Et1, firewall: ethernet1}",
        "3:37: zones.a.firewall: ethernet1 is already zones.a.network; one port has one role")]
    [InlineData(
        "a: {network: Po1, firewall: Port-Channel1}",
        "3:37: zones.a.firewall: Port-Channel1 is already zones.a.network; one port has one role")]
    [InlineData(
        "a: {network: Et1, firewall: Et2, vlan: 4095}",
        "3:48: zones.a.vlan: \"4095\" is not a whole number from 0 to 4094")]
    [InlineData(
        "a: {network: Et1, firewall: Et2, firewall_port: ethernet1/1.10}",
        "3:57: zones.a.firewall_port: leave out the sub-interface; the VLAN is taken from each log, so write "
        + "ethernet1/1")]
    [InlineData(
        "a: {network: Et1, firewall: Et2, firewall_port: 'a b'}",
        "3:57: zones.a.firewall_port: \"a b\" is not the name of a firewall port; write it as the firewall's logs "
        + "do, such as ethernet1/1")]
    [InlineData(
        "a: {network: Et1, firewall: Et2, firewall_port: ae1}, b: {firewall_port: AE1}",
        "3:82: zones.b.firewall_port: AE1 is already zones.a.firewall_port; the two sides are two ports")]
    [InlineData(
        "a: {network: '', firewall: Et2}",
        "3:22: mode inline needs zones.a.network: the switch port towards the network")]
    public void Ports_are_named_by_a_closed_grammar_and_have_one_role(string zones, string expected) =>
        Loading.Fails(Loading.Parse($"mode: inline\nfirewall: {{senders: [192.0.2.10]}}\nzones: {{{zones}}}\n"),
            $"assist.yaml:{expected}");

    [Theory]
    [InlineData("{to_firewall: [Et2, Et2], mirrored: [Et1]}", "3:26: tap.to_firewall: Et2 is named twice")]
    [InlineData("{to_firewall: [Et2], mirrored: [Et1, Et1]}", "3:43: tap.mirrored: Et1 is named twice")]
    [InlineData(
        "{to_firewall: [Et2], mirrored: [e2]}",
        "3:38: tap.mirrored: e2 is also in tap.to_firewall; its copies would be copied again")]
    public void A_tap_port_neither_mirrors_itself_nor_is_named_twice(string tap, string expected) =>
        Loading.Fails(Loading.Parse($"mode: mirror\nfirewall: {{senders: [192.0.2.10]}}\ntap: {tap}\n"),
            $"assist.yaml:{expected}");

    private static void Fails(string yaml, string expected) =>
        Loading.Fails(Loading.With(yaml + "\n"), $"assist.yaml:{expected}");
}
