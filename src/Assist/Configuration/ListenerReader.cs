using Assist.Flows;
using Assist.Syslog;

namespace Assist.Configuration;

/// <summary>listeners, limits and the senders: how logs come in.</summary>
internal sealed class ListenerReader(FilePaths paths, Diagnostics faults)
{
    public IReadOnlyList<ListenerOptions> Listeners(Section root)
    {
        if (root.Subs("listeners") is not { } sections) return [new ListenerOptions { Transport = Transport.Udp }];
        if (root.Find("listeners") is { } entry
            && (entry.Value.IsEmpty || entry.Value is { Kind: NodeKind.List, Items.Count: 0 }))
            faults.Error(entry.At, "listeners is empty, so no log could arrive; remove the key to listen on UDP "
                + $"{ListenerOptions.DefaultPort}");
        var read = new List<ListenerOptions>();
        foreach (var section in sections)
        {
            var listener = Listener(section);
            if (read.Find(other => Collide(other, listener)) is not null)
                faults.Error(
                    section.At, $"two listeners on one port: {(listener.Transport == Transport.Udp ? "udp" : "tcp")} "
                    + $"{listener.Port} is taken by an earlier one; give them different ports or addresses");
            read.Add(listener);
        }
        return read;
    }

    public SyslogOptions Syslog(Section firewall, Section limits)
    {
        var defaults = new SyslogOptions { Senders = [] };
        var second = TimeSpan.FromSeconds(1);
        var read = new SyslogOptions
        {
            Senders = Senders(firewall),
            MaxConnections = limits.Integer("connections", defaults.MaxConnections, 1, 65_536),
            MaxConnectionsPerSender =
                limits.Integer("connections_per_sender", defaults.MaxConnectionsPerSender, 1, 65_536),
            HandshakeTimeout =
                limits.Duration("handshake_timeout", defaults.HandshakeTimeout, second, TimeSpan.FromMinutes(5)),
            FrameTimeout = limits.Duration("frame_timeout", defaults.FrameTimeout, second, TimeSpan.FromHours(1)),
            UdpReceiveBuffer = (int)limits.Size("udp_receive_buffer", defaults.UdpReceiveBuffer, 65_536, 1 << 30),
        };
        limits.Done();
        return read;
    }

    public static IReadOnlyList<IpPrefix> Prefixes(Section section, string key, Diagnostics faults)
    {
        var read = new List<IpPrefix>();
        foreach (var value in section.Scalars(key))
        {
            if (IpPrefix.TryParse(value.Text, out var prefix)) read.Add(prefix);
            else faults.Error(
                value.At, $"{section.PathOf(key)}: \"{value.Text}\" is neither an address nor a prefix such "
                + "as 192.0.2.0/24 (names are not looked up)");
        }
        return read;
    }

    private IReadOnlyList<IpPrefix> Senders(Section firewall)
    {
        var senders = Prefixes(firewall, "senders", faults);
        var entry = firewall.Find("senders");
        if (entry is null || entry.Value.IsEmpty || entry.Value is { Kind: NodeKind.List, Items.Count: 0 })
            faults.Error(entry?.Value.At ?? firewall.At, "firewall.senders is empty, and nobody is trusted by default; "
                + "name the addresses your firewall sends its logs from, such as [192.0.2.10]");
        foreach (var sender in senders)
            if (sender.Length == 0)
                faults.Warn(entry!.Value.At, $"firewall.senders: {sender} trusts everybody who can reach the listener");
        return senders;
    }

    private ListenerOptions Listener(Section section)
    {
        var transport = section.Choice("transport", Transport.Udp,
            ("udp", Transport.Udp), ("tcp", Transport.Tcp), ("tls", Transport.Tls));
        var listener = new ListenerOptions
        {
            Transport = transport,
            Address = Address(section),
            Port = section.Integer("port", ListenerOptions.DefaultPort, 1, 65_535),
            Certificate = paths.Existing(section, "certificate"),
            Key = paths.Existing(section, "key"),
            ClientCa = paths.Existing(section, "client_ca"),
        };
        section.Done();
        CheckFiles(section, transport);
        return listener;
    }

    private IpAddr? Address(Section section)
    {
        if (section.Scalar("address") is not { } value) return null;
        if (IpAddr.TryParse(value.Text, out var address)) return address.IsKnown ? address : null;
        faults.Error(value.At, $"{section.PathOf("address")}: \"{value.Text}\" is not an address of this machine; "
            + "remove the key to listen on all of them");
        return null;
    }

    private void CheckFiles(Section section, Transport transport)
    {
        foreach (var key in (string[])["certificate", "key", "client_ca"])
        {
            var entry = section.Find(key);
            if (transport == Transport.Tls && entry is null && key != "client_ca")
                faults.Error(
                    section.At, $"a tls listener needs {section.PathOf(key)}: a PEM file, relative to this one");
            if (transport != Transport.Tls && entry is not null)
                faults.Error(
                    entry.At, $"{section.PathOf(key)} is for transport tls only; remove it or change the transport");
        }
    }

    private static bool Collide(ListenerOptions a, ListenerOptions b) =>
        a.Port == b.Port
        && a.Transport == Transport.Udp == (b.Transport == Transport.Udp)
        && (a.Address is null || b.Address is null || a.Address == b.Address);
}
