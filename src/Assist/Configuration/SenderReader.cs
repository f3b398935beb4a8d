using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;

namespace Assist.Configuration;

/// <summary>firewall.senders: who may send logs, each an address or a section that says what else it has to
/// show.</summary>
internal sealed class SenderReader(Diagnostics faults)
{
    private const string Key = "senders";

    // RFC 4291 2.5.6
    private static readonly IpPrefix s_linkLocal = new(IpAddr.V6((UInt128)0xfe80 << 112), 10);

    public IReadOnlyList<SenderPin> Read(Section firewall)
    {
        var entry = firewall.Find(Key);
        if (entry is null || entry.Value.IsEmpty || entry.Value is { Kind: NodeKind.List, Items.Count: 0 })
            faults.Missing(
                firewall.PathOf(Key), entry?.Value.At ?? firewall.At, "firewall.senders is empty, and nobody is "
                + "trusted by default; name the addresses your firewall sends its logs from, such as [192.0.2.10]");
        if (entry is null || entry.Value.IsEmpty) return [];
        var senders = Items(entry.Value).Select((item, i) => Sender(firewall, item, i)).OfType<SenderPin>().ToList();
        for (var i = 0; i < senders.Count; i++)
        {
            CheckTrust(senders[i].Sender, entry.Value.At);
            CheckTwice(senders[i].Sender, senders.Take(i).Select(pin => pin.Sender), entry.Value.At);
        }
        return senders;
    }

    /// <summary>A pin that no log can meet would silence its sender.</summary>
    public void Check(AssistConfig config, IMessageFormat? format, Section firewall)
    {
        var pins = config.Syslog.Pins;
        if (pins.All(pin => pin.Serial is null && pin.Certificate is null)) return;
        var at = firewall.Find(Key)!.Value.At;
        if (pins.Any(pin => pin.Serial is not null) && format is not null
            && format.Layouts.All(layout => layout.IndexOf(FieldRole.Serial) < 0))
            faults.Error(at, $"firewall.senders: logs of format {format.Name} carry no serial number; remove serial");
        if (pins.Any(pin => pin.Certificate is not null)
            && !config.Listeners.Any(listener => listener.Transport == Transport.Tls && listener.VerifiesClients))
            faults.Error(at, "firewall.senders: no listener could see a sender's certificate; add one of transport tls "
                + "with client_ca or permitted_peers, or remove certificate");
    }

    private static IEnumerable<ConfigNode> Items(ConfigNode value)
    {
        IReadOnlyList<ConfigNode> items = value.Kind == NodeKind.List ? [.. value.Items] : [value];
        return items.Where(item => item.Kind != NodeKind.Broken);
    }

    private SenderPin? Sender(Section firewall, ConfigNode item, int number)
    {
        var path = firewall.PathOf(Key);
        if (item.Kind != NodeKind.Map)
            return Prefix(item, path) is { } alone ? new SenderPin(alone, null, null) : null;
        var section = Section.Of(item, item.At, $"{path}.{number}", faults);
        var address = section.Scalar("address");
        var pin = (Serial: section.Text("serial"), Certificate: Certificate(section));
        section.Done();
        if (address is null && section.Find("address") is null)
            faults.Error(section.At, $"{section.PathOf("address")} is missing; name the sender's address");
        return address is not null && Prefix(address, section.PathOf("address")) is { } prefix
            ? new SenderPin(prefix, pin.Serial, pin.Certificate) : null;
    }

    private PermittedPeer? Certificate(Section section)
    {
        if (section.Scalar("certificate") is not { } value) return null;
        if (PermittedPeer.Parse(value.Text) is { } peer) return peer;
        faults.Error(value.At, $"{section.PathOf("certificate")}: \"{value.Text}\" is neither a fingerprint such as "
            + "sha-256:AB:CD..., nor a host name, nor an address");
        return null;
    }

    private IpPrefix? Prefix(ConfigNode value, string path)
    {
        if (value.Kind != NodeKind.Scalar || value.IsEmpty)
            faults.Error(value.At, $"{path} must be a single value, not {value.Describe}");
        else if (IpPrefix.TryParse(value.Text, out var prefix)) return prefix;
        else faults.Error(
            value.At, $"{path}: \"{value.Text}\" is neither an address nor a prefix such as 192.0.2.0/24 "
            + "(names are not looked up)");
        return null;
    }

    private void CheckTwice(IpPrefix sender, IEnumerable<IpPrefix> before, Position at)
    {
        foreach (var other in before)
            if (other == sender)
                faults.Warn(at, $"firewall.senders: {sender} is named twice");
            else if (Covers(other, sender) || Covers(sender, other))
                faults.Warn(at, $"firewall.senders: {sender} and {other} overlap; keep the one that is meant");
    }

    private static bool Covers(IpPrefix wide, IpPrefix narrow) =>
        wide.Length <= narrow.Length && wide.Contains(narrow.Address);

    private void CheckTrust(IpPrefix sender, Position at)
    {
        if (sender.Length == 0)
            faults.Warn(at, $"firewall.senders: {sender} trusts everybody who can reach the listener");
        else if (sender.HasHostBits)
            faults.Warn(at, $"firewall.senders: {sender} trusts every address of its network, not only "
                + $"{sender.Address}; write the address alone if one host is meant");
        else if (s_linkLocal.Contains(sender.Address))
            faults.Warn(at, $"firewall.senders: {sender} is link-local, so whoever has it on any interface is trusted; "
                + "let the firewall send from a routable address");
    }
}
