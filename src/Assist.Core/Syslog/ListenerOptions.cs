using Assist.Flows;

namespace Assist.Syslog;

public enum Transport { Udp, Tcp, Tls }

/// <summary>One socket to listen on.</summary>
public sealed record ListenerOptions
{
    public const int DefaultPort = 9514;

    public required Transport Transport { get; init; }

    /// <summary>Null listens on every address, IPv4 and IPv6.</summary>
    public IpAddr? Address { get; init; }

    /// <summary>0 takes a free port (tests); <see cref="DefaultPort"/> otherwise.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>PEM files, TLS only; with <see cref="ClientCa"/> a client certificate of that authority is required.</summary>
    public string? Certificate { get; init; }
    public string? Key { get; init; }
    public string? ClientCa { get; init; }
}

/// <summary>What all listeners share.</summary>
public sealed record SyslogOptions
{
    /// <summary>Longest message in bytes; the rest of a longer one is skipped and counted.</summary>
    public const int MaxMessageLength = 65_536;

    public required IReadOnlyList<IpPrefix> Senders { get; init; }

    /// <summary>TCP and TLS connections at once, over all listeners; one more is closed at once.</summary>
    public int MaxConnections { get; init; } = 256;
    public int MaxConnectionsPerSender { get; init; } = 32;

    /// <summary>From accept to the end of the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the first byte of a frame to its last; between frames a connection may idle for hours.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Asked of the kernel for each UDP socket, in bytes.</summary>
    public int UdpReceiveBuffer { get; init; } = 32 << 20;
}

/// <summary>Takes one message. The memory is the receiver's and is valid during the call only. Called on the receiving
/// thread, one handler per thread, so a handler needs no locks of its own.</summary>
public delegate void MessageHandler(ReadOnlyMemory<byte> message);
