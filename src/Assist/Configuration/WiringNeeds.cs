using Assist.Outputs.DirectFlow;

namespace Assist.Configuration;

/// <summary>What a mode needs of zones and tap. A section that is not there is one fault, and not one for each of its
/// keys.</summary>
internal sealed class WiringNeeds(OperatingMode mode, Diagnostics faults)
{
    private readonly string _mode =
        mode == OperatingMode.MirrorAndShunt ? "mirror_and_shunt" : mode.ToString().ToLowerInvariant();

    /// <param name="withPort">The logs name the firewall's ports, so that both are needed where sessions are
    /// bypassed.</param>
    public void Check(Section zones, Section a, Section b, Section tap, bool withPort)
    {
        var both = mode is OperatingMode.Shunt or OperatingMode.MirrorAndShunt;
        var keys = both && withPort ? "network, firewall and firewall_port" : "network and firewall";
        if (mode == OperatingMode.Mirror)
            CheckTap(tap);
        else if (zones.IsEmpty)
            Missing(zones, "", $"{(both ? "for a and b" : "for a")}, name the ports with {keys}");
        else
            foreach (var zone in both ? [a, b] : (Section[])[a])
                CheckZone(zone, keys, both && withPort);
        if (mode == OperatingMode.MirrorAndShunt)
            Require(tap, "to_firewall", "the ports attached to the firewall's tap interfaces");
    }

    private void CheckTap(Section tap)
    {
        if (tap.IsEmpty)
        {
            Missing(tap, "", "name the ports attached to the firewall's tap interfaces with to_firewall, and the ports "
                + "whose traffic is mirrored with mirrored");
            return;
        }
        Require(tap, "to_firewall", "the ports attached to the firewall's tap interfaces");
        Require(tap, "mirrored", "the ports whose traffic is mirrored");
    }

    private void CheckZone(Section zone, string keys, bool withPort)
    {
        if (zone.IsEmpty)
        {
            Missing(zone, "", $"name its ports with {keys}");
            return;
        }
        Require(zone, "network", "the switch port towards the network");
        Require(zone, "firewall", "the switch port towards the firewall");
        if (withPort) Require(zone, "firewall_port", "the firewall's own name of its port on this side");
    }

    private void Require(Section section, string key, string meaning)
    {
        var value = section.Find(key)?.Value;
        if (value is null || value is { Kind: NodeKind.List, Items.Count: 0 } || IsNothing(value))
            Missing(section, key, meaning, value?.At);
    }

    private void Missing(Section section, string key, string meaning, Position? at = null)
    {
        var path = key.Length == 0 ? section.Path : section.PathOf(key);
        faults.Missing(path, at ?? section.At, $"mode {_mode} needs {path}: {meaning}");
    }

    // An empty text where a port belongs: `import` writes it for what the original left open.
    private static bool IsNothing(ConfigNode value) => value.Kind == NodeKind.Scalar && value.Text.Length == 0;
}
