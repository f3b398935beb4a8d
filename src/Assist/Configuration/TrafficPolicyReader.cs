using Assist.Outputs.DirectFlow;
using Assist.Outputs.TrafficPolicy;

namespace Assist.Configuration;

/// <summary>traffic_policy: which one holds the drops, and where it is bound.</summary>
internal sealed class TrafficPolicyReader(Diagnostics faults)
{
    // EOS may take more; ours are joined with others.
    private const int MaxNameLength = 32;

    /// <param name="output">What switch.output says.</param>
    public TrafficPolicyOptions Read(Section section, SwitchOutput output)
    {
        var defaults = new TrafficPolicyOptions();
        var read = new TrafficPolicyOptions
        {
            Name = Name(section, "name") ?? defaults.Name,
            Interfaces = Interfaces(section),
            Vrf = Name(section, "vrf"),
            Into = Name(section, "into"),
        };
        section.Done();
        if (output == SwitchOutput.DirectFlow)
        {
            if (!section.IsEmpty)
                faults.Warn(section.At, "traffic_policy has no effect with switch.output: directflow");
            return read;
        }
        Check(section);
        return read;
    }

    private void Check(Section section)
    {
        faults.Warn(section.At, "a traffic policy is configuration: `write memory` while drops stand saves them too, "
            + "and they come back with the next reload; save while assist is stopped");
        // A name that is none is a fault of its own.
        var isBound = section.Find("interfaces") is not null || section.Find("vrf") is not null;
        if (section.Find("into") is null && !isBound)
            faults.Missing(
                section.PathOf("interfaces"), section.At, "a traffic policy acts only where it is bound: name the "
                + "interfaces where packets come in with traffic_policy.interfaces, or a VRF with traffic_policy.vrf; "
                + "or name with traffic_policy.into the policy of somebody else that is to drop by our field-sets");
        if (section.Find("into") is not null && isBound)
            faults.Error(
                section.Find("into")!.Value.At, "traffic_policy.into: whoever writes that policy binds it too; leave "
                + "out traffic_policy.interfaces and traffic_policy.vrf");
    }

    private string? Name(Section section, string key)
    {
        if (section.Scalar(key) is not { } value) return null;
        if (value.Text.Length is > 0 and <= MaxNameLength
            && value.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return value.Text;
        faults.Error(
            value.At, $"{section.PathOf(key)}: a name of up to {MaxNameLength} letters, digits, - and _ is expected");
        return null;
    }

    private List<string> Interfaces(Section section)
    {
        var ports = new List<string>();
        foreach (var value in section.Scalars("interfaces"))
        {
            var port = InterfaceName.Canonical(value.Text);
            if (!InterfaceNames.IsSwitchPort(value.Text))
                faults.Error(
                    value.At, $"{section.PathOf("interfaces")}: \"{value.Text}\" is not the name of an interface; "
                    + $"write it without blanks, {InterfaceNames.Expected}, or Vlan20");
            else if (ports.Contains(port))
                faults.Error(value.At, $"{section.PathOf("interfaces")}: {value.Text} is named twice");
            else
                ports.Add(port);
        }
        return ports;
    }
}
