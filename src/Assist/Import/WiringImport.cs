using System.Text;
using Assist.Configuration;
using Assist.Outputs.DirectFlow;

namespace Assist.Import;

/// <summary>The interface options to zones and tap.</summary>
internal sealed class WiringImport(PySettings settings, Variant variant, string mode, StringBuilder yaml)
{
    private bool HasZones => mode is "shunt" or "mirror_and_shunt";
    private bool HasTap => mode is "mirror" or "mirror_and_shunt";

    public void Write()
    {
        yaml.Append("zones:\n");
        Zone("a", "A", needed: HasZones || mode == "inline", portNeeded: HasZones && variant.NamesInterfaces);
        Zone("b", "B", needed: HasZones, portNeeded: HasZones && variant.NamesInterfaces);
        yaml.Append('\n');
        Tap();
    }

    private void Zone(string name, string side, bool needed, bool portNeeded)
    {
        yaml.Append($"  {name}:\n");
        Port(name, "network", $"SWITCH_INTERFACE_{side}", needed);
        Port(name, "firewall", $"SWITCH_INTERFACE_{side}F", needed);
        Port(name, "firewall_ha", $"SWITCH_INTERFACE_HA_{side}F", needed: false);
        var port = settings.Text($"FIREWALL_INTERFACE_{side}F").Trim();
        Line(name, "firewall_port", $"FIREWALL_INTERFACE_{side}F", port, portNeeded);
        var option = $"SWITCH_INTERFACE_{side}_VLAN";
        if (settings.Number(option) is var vlan and not 0) yaml.Append($"    vlan: {vlan}\n");
    }

    private void Port(string zone, string key, string option, bool needed) =>
        Line(zone, key, option, Clean(settings.Text(option), option), needed);

    private void Line(string zone, string key, string option, string value, bool needed)
    {
        if (value.Length > 0) yaml.Append($"    {key}: {YamlText.Word(value)}\n");
        if (value.Length > 0 || !needed) return;
        yaml.Append($"    {key}: ''   # fill in\n");
        settings.Note($"{option} is empty: fill in zones.{zone}.{key}");
    }

    private void Tap()
    {
        var taps = Ports(
            settings.Find("SWITCH_INTERFACES_TO_FW_TAP", "SWITCH_INTERFACE_TO_FW_TAP"), "SWITCH_INTERFACES_TO_FW_TAP");
        var mirrored = Ports(settings.Find("SWITCH_INTERFACES_TO_BE_MIRRORED"), "SWITCH_INTERFACES_TO_BE_MIRRORED");
        if (HasTap && taps.Length == 0) settings.Note("SWITCH_INTERFACES_TO_FW_TAP is empty: fill in tap.to_firewall");
        if (mode == "mirror" && mirrored.Length == 0)
            settings.Note("SWITCH_INTERFACES_TO_BE_MIRRORED is empty: fill in tap.mirrored");
        if (!HasTap && taps.Length == 0 && mirrored.Length == 0) return;
        yaml.Append($"tap:\n  to_firewall: {YamlText.Words(taps)}\n  mirrored: {YamlText.Words(mirrored)}\n");
        yaml.Append($"  after_rewrites: {(settings.Flag("MIRROR_AFTER_REWRITES") ? "true" : "false")}\n\n");
    }

    private string[] Ports(PyValue? value, string option) =>
        [.. settings.Texts(value, option).Select(t => Clean(t.Value, option)).Where(p => p.Length > 0)];

    /// <summary>EOS takes "Ethernet 1"; here a name has no blanks, because it becomes part of a command.</summary>
    private string Clean(string port, string option)
    {
        var name = string.Concat(port.Where(c => !char.IsWhiteSpace(c)));
        if (name.Length > 0 && name != port) settings.Note($"{option}: \"{port}\" is written {name}");
        if (name.Length > 0 && !InterfaceName.CarriesTraffic(name))
            settings.Note($"{option}: \"{port}\" is not the name of a switch port and is refused by check; "
                + $"write it {InterfaceNames.Expected}");
        return name;
    }
}
