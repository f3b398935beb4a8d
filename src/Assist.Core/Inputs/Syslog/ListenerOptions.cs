using Assist.Addresses;
using Assist.Flows;

namespace Assist.Inputs.Syslog;

/// <summary>One socket to listen on.</summary>
public sealed record ListenerOptions
{
    public const int DefaultPort = 9514;

    public required Transport Transport { get; init; }

    /// <summary>Null listens on every address, IPv4 and IPv6.</summary>
    public IpAddr? Address { get; init; }

    /// <summary>0 takes a free port (tests); <see cref="DefaultPort"/> otherwise.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>PEM files, TLS only; with <see cref="ClientCa"/> a client certificate of that authority is
    /// required.</summary>
    public string? Certificate { get; init; }
    public string? Key { get; init; }
    public string? ClientCa { get; init; }

    /// <summary>TLS only: which clients are let in; null lets in all that <see cref="ClientCa"/> vouches for. Without
    /// an authority only fingerprints prove anything.</summary>
    public IReadOnlyList<PermittedPeer>? PermittedPeers { get; init; }

    /// <summary>True where no message is read unless its sender has proved its certificate.</summary>
    public bool VerifiesClients => ClientCa is not null || PermittedPeers is not null;
}

/// <summary>What all listeners share.</summary>
public sealed record SyslogOptions
{
    /// <summary>Longest message in bytes; the rest of a longer one is skipped and counted.</summary>
    public const int MaxMessageLength = MessageLimit.Bytes;

    public required IReadOnlyList<IpPrefix> Senders { get; init; }

    /// <summary>Of those of whom more than their address is asked.</summary>
    public IReadOnlyList<SenderPin> Pins { get; init; } = [];

    /// <summary>TCP and TLS connections at once, over all listeners; one more is closed at once.</summary>
    public int MaxConnections { get; init; } = 256;
    public int MaxConnectionsPerSender { get; init; } = 32;

    /// <summary>Connections at once that have not finished their TLS handshake; one more closes the oldest of
    /// them.</summary>
    public int MaxHandshakes { get; init; } = 64;

    /// <summary>From accept to the end of the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the first byte of a frame to its last; between frames a connection may idle for hours.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Asked of the kernel for each UDP socket, in bytes.</summary>
    public int UdpReceiveBuffer { get; init; } = 32 << 20;

    /// <summary>What a sender may send a second while datagrams are lost and others send too; 0 sets no
    /// limit.</summary>
    public int DatagramsPerSender { get; init; } = 20_000;
}

/// <summary>What became of a message, as far as a receiving thread needs to know.</summary>
public enum MessageResult
{
    /// <summary>A log of the firewall, whatever was decided.</summary>
    Handled,

    /// <summary>Not in the firewall's format.</summary>
    Unparsed,

    /// <summary>A log that was lost, because verdicts come faster than they are taken.</summary>
    Shed,
}

/// <summary>How one message arrived.</summary>
/// <param name="IsVerified">True where TLS has verified the sender's certificate.</param>
/// <param name="At">On the receiver's monotonic clock; the same for all messages of one receive.</param>
public readonly record struct Arrival(IpAddr Sender, bool IsVerified, TimeSpan At);

/// <summary>Takes one message. The memory is the receiver's and is valid during the call only. Called on the receiving
/// thread, one handler per thread, so a handler needs no locks of its own.</summary>
public delegate MessageResult MessageHandler(ReadOnlyMemory<byte> message, in Arrival arrival);
