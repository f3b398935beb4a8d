using System.Globalization;
using System.Text;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>The text of a first configuration. It passes `check`, and does nothing before an operator has set it: the
/// sender is an address of documentation (RFC 5737), and the ports are none of a switch.</summary>
internal static class FirstConfiguration
{
    private const int MostOfText = 60;

    public static string Of(
        EosFacts eos, DirectFlowFacts facts, IReadOnlyList<SwitchPort> ports,
        IReadOnlyList<(string Key, string Value)> section, DateTimeOffset now)
    {
        var fault = facts.FaultOn(eos);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # Begun by `assist init` at {{now:u}} with what the switch has told.
            #   name        {{Shown(eos.Hostname)}}
            #   model       {{Shown(eos.Model)}}
            #   EOS         {{Shown(eos.Version)}}
            #   DirectFlow  {{(fault is null ? "on" : Shown(fault, 160))}}
            #   flow table  {{(facts.FlowCapacity is { } size ? $"{size} entries" : "size not told by the switch")}}
            # Every key is explained in assist.yaml(5) and docs/configuration.md. Set what is marked with SET, then:
            #   assist check; assist setup --plan; assist setup; assist doctor

            # Traffic passes the firewall, allowed sessions bypass it, denied ones are dropped.
            mode: shunt

            firewall:
              format: pan-os
              senders: [192.0.2.10]        # SET: the addresses that the firewall sends its logs from

            # The ports of the switch:
            {{Table(ports)}}
            # SET: for each side the port towards the network, the port towards the firewall, and the firewall's own
            # name of its port. These are no ports, so that nothing happens before you have named yours.
            zones:
              a: {network: Ethernet991, firewall: Ethernet992, firewall_port: ethernet1/1}
              b: {network: Ethernet993, firewall: Ethernet994, firewall_port: ethernet1/2}

            switch:
            {{string.Join('\n', section.Select(each => $"  {each.Key}: {Quoted(each.Value)}"))}}
              wait: 10m

            # Addresses that no drop may touch, such as gateways, name servers and the firewall itself.
            protect:
              never_drop: []

            """);
    }

    private static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Table(IReadOnlyList<SwitchPort> ports)
    {
        var text = new StringBuilder(Row("port", "link", "vlan", "neighbour", "description"));
        foreach (var port in ports)
            text.Append('\n').Append(Row(
                Shown(port.Name), Shown(port.Link), Shown(port.Vlan), Shown(port.Neighbor), Shown(port.Description)));
        return text.ToString();
    }

    private static string Row(string port, string link, string vlan, string neighbor, string description) =>
        $"#   {port,-18} {link,-12} {vlan,-8} {neighbor,-36} {description}".TrimEnd();

    // A neighbour says of itself what it likes: nothing of it may end the comment.
    private static string Shown(string text, int most = MostOfText)
    {
        var shown = string.Concat(text.Take(most).Select(c => c is >= ' ' and <= '~' ? c : '?'));
        return text.Length > most ? shown + "..." : shown;
    }
}
