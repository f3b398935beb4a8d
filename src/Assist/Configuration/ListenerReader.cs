using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Syslog;

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
        var pins = new SenderReader(faults).Read(firewall);
        var read = new SyslogOptions
        {
            Senders = [.. pins.Select(pin => pin.Sender)],
            Pins = [.. pins.Where(pin => pin.Serial is not null || pin.Certificate is not null)],
            MaxConnections = limits.Integer("connections", defaults.MaxConnections, 1, 65_536),
            MaxConnectionsPerSender =
                limits.Integer("connections_per_sender", defaults.MaxConnectionsPerSender, 1, 65_536),
            MaxHandshakes = limits.Integer("handshakes", defaults.MaxHandshakes, 1, 65_536),
            HandshakeTimeout =
                limits.Duration("handshake_timeout", defaults.HandshakeTimeout, second, TimeSpan.FromMinutes(5)),
            FrameTimeout = limits.Duration("frame_timeout", defaults.FrameTimeout, second, TimeSpan.FromHours(1)),
            DatagramsPerSender = limits.Integer("datagrams_per_sender", defaults.DatagramsPerSender, 0, 1_000_000),
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

    private ListenerOptions Listener(Section section)
    {
        var known = section.Choice<Transport?>("transport", null,
            ("udp", Transport.Udp), ("tcp", Transport.Tcp), ("tls", Transport.Tls));
        var transport = known ?? Transport.Udp;
        var listener = new ListenerOptions
        {
            Transport = transport,
            Address = Address(section),
            Port = section.Integer("port", ListenerOptions.DefaultPort, 1, 65_535),
            Certificate = paths.Existing(section, "certificate"),
            Key = paths.Existing(section, "key"),
            ClientCa = paths.Existing(section, "client_ca"),
            PermittedPeers = Peers(section),
        };
        section.Done();
        if (known is not null || section.Find("transport") is null) CheckFiles(section, transport);
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

    private List<PermittedPeer>? Peers(Section section)
    {
        const string Key = "permitted_peers";
        if (section.Find(Key) is not { } entry) return null;
        var values = section.Scalars(Key);
        if (values.Count == 0)
            faults.Error(
                entry.At, $"{section.PathOf(Key)} is empty, so no client could connect; name one or remove the key");
        var read = new List<PermittedPeer>();
        foreach (var value in values)
        {
            if (PermittedPeer.Parse(value.Text) is { } peer)
            {
                CheckProof(section, value, peer);
                read.Add(peer);
                continue;
            }
            faults.Error(value.At, $"{section.PathOf(Key)}: \"{value.Text}\" is neither a fingerprint such as "
                + "sha-256:AB:CD..., nor a host name (* only as its whole first label), nor an address");
        }
        return read;
    }

    private void CheckProof(Section section, ConfigNode value, PermittedPeer peer)
    {
        if (!peer.IsFingerprint && section.Find("client_ca") is null)
            faults.Error(value.At, $"{section.PathOf("permitted_peers")}: \"{value.Text}\" proves nothing without an "
                + "authority that vouches for it; add client_ca, or name the client by its fingerprint");
        if (peer.Kind is PeerKind.Sha1)
            faults.Warn(value.At, $"{section.PathOf("permitted_peers")}: SHA-1 is broken; write the sha-256 "
                + "fingerprint");
    }

    private void CheckFiles(Section section, Transport transport)
    {
        foreach (var key in (string[])["certificate", "key", "client_ca", "permitted_peers"])
        {
            var entry = section.Find(key);
            if (transport == Transport.Tls && entry is null && key is "certificate" or "key")
                faults.Missing(
                    section.PathOf(key), section.At,
                    $"a tls listener needs {section.PathOf(key)}: a PEM file, relative to this one");
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
