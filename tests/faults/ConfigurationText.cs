namespace Assist.Faults;

/// <summary>The daemon's configuration on a bench.</summary>
internal static class ConfigurationText
{
    /// <summary>Entries of the daemon's table where the limits are those that are shipped.</summary>
    public const int ShippedCapacity = 600;

    // What is tried is delivery, and as many drops as fit.
    private const string NoLimits = "per_source: 0, ports_per_pair: 0, denial_share: 100, bypass_floor: 0, "
        + "replace_idle_drops: false, repeat_when_short: false, "
        + "drops_per_minute: 0, drops_per_rule: 0, drops_per_sender: 0, one_address_drops: 0";

    private const string Rules = """
        rules:
          - {name: kept-denied, when: {Rule: ^kept$, Action: deny}, action: drop,
            match: [src_ip, dst_ip, dst_port, protocol], lifetime: 2h, idle: 0}
          - {name: kept-allowed, when: {Rule: ^kept$, "Threat/Content Type": ^start$, Action: allow}, action: bypass,
            match: five_tuple, lifetime: 2h, idle: 0}
          - {name: queries, when: {"Threat/Content Name": DNS Query}, action: ignore}
          - {name: denied, when: {Type: ^TRAFFIC$, Action: deny}, action: drop,
            match: [src_ip, dst_ip, dst_port, protocol]}
          - {name: allowed, when: {Type: ^TRAFFIC$, "Threat/Content Type": ^start$, Action: ^allow$}, action: bypass,
            match: five_tuple}
        protect: {never_drop: [10.255.0.1], learn: false}
        """;

    /// <param name="isAsShipped">With the limits and rules that are shipped, and no others.</param>
    public static string Of(BenchOptions options, Wiring wiring, bool isAsShipped, int port, string eapi) => $$"""
        firewall: {senders: [127.0.0.1]}
        listeners: [{transport: udp, port: {{port}}}, {transport: tcp, port: {{port}}}]
        zones:
          a: {network: {{wiring.A}}, firewall: {{wiring.FirewallA}}, firewall_port: ethernet1/1}
          b: {network: {{wiring.B}}, firewall: {{wiring.FirewallB}}, firewall_port: ethernet1/2}
        switch: {eapi: "unix:{{eapi}}", wait: 10m, timeout: {{options.Timeout}}}
        control: {socket: c/s, state_directory: state}
        flows: {{(isAsShipped
            ? $"{{capacity: {ShippedCapacity}}}"
            : $"{{capacity: {options.Capacity}, {options.Flows}, {NoLimits}}}")}}
        log: {level: {{options.LogLevel}}}
        limits: {udp_receive_buffer: 4M}
        {{(isAsShipped ? "" : Rules)}}

        """;
}
