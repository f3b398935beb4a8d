using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assist.Demo;

/// <summary>Sends log lines as a firewall does, over real sockets of this machine.</summary>
internal sealed class DemoFirewall(int udpPort, int tcpPort, int tlsPort)
{
    // Datagrams between two pauses, so that the demo does not depend on how large a socket buffer the system grants.
    private const int UdpBurst = 64;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Log lines that a trusted firewall sent: what the daemon must have received in the end.</summary>
    public int Sent { get; private set; }

    /// <summary>Connections made with a certificate that must be refused.</summary>
    public int Strangers { get; private set; }

    public async Task SendUdpAsync(IEnumerable<string> lines, IPAddress from, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(from, 0));
        var to = new IPEndPoint(IPAddress.Loopback, udpPort);
        var count = 0;
        foreach (var line in lines)
        {
            await socket.SendToAsync(Encoding.UTF8.GetBytes(line), to, cancellation);
            Sent++;
            if (++count % UdpBurst == 0) await Task.Delay(s_pause, cancellation);
        }
    }

    /// <summary>Every second line octet-counted, the others ended by LF (RFC 6587 3.4): both on one
    /// connection.</summary>
    public async Task SendTcpAsync(IEnumerable<string> lines, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, tcpPort, cancellation);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await WriteAsync(stream, lines, cancellation);
        socket.Shutdown(SocketShutdown.Send);
    }

    public async Task SendTlsAsync(
        IEnumerable<string> lines, X509Certificate2 certificate, X509Certificate2 authority,
        CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, tlsPort, cancellation);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await tls.AuthenticateAsClientAsync(ClientOptions(certificate, authority), cancellation);
        await WriteAsync(tls, lines, cancellation);
        await tls.ShutdownAsync();
        socket.Shutdown(SocketShutdown.Send);
        // Closing with something unread would send a reset, and lines still on their way would be lost with it.
        var rest = new byte[256];
        while (await tls.ReadAsync(rest, cancellation) > 0)
        {
        }
    }

    /// <summary>The same with a certificate of another authority. Under TLS 1.3 a client learns of its refusal late, or
    /// not at all, so nothing is concluded here: whether the lines came through, the daemon's counters tell.</summary>
    public async Task SendAsStrangerAsync(
        IEnumerable<string> lines, X509Certificate2 certificate, X509Certificate2 authority,
        CancellationToken cancellation)
    {
        var before = Sent;
        Strangers++;
        try
        {
            await SendTlsAsync(lines, certificate, authority, cancellation);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            // Refused while it was still sending.
        }
        Sent = before;
    }

    private async Task WriteAsync(Stream stream, IEnumerable<string> lines, CancellationToken cancellation)
    {
        foreach (var line in lines)
        {
            var message = Encoding.UTF8.GetBytes(line);
            // An LF inside the message can only travel in a counted frame.
            var isCounted = Sent++ % 2 == 0 || line.Contains('\n', StringComparison.Ordinal);
            byte[] frame = isCounted
                ? [.. Encoding.ASCII.GetBytes($"{message.Length} "), .. message]
                : [.. message, (byte)'\n'];
            await stream.WriteAsync(frame, cancellation);
        }
    }

    private static SslClientAuthenticationOptions ClientOptions(
        X509Certificate2 certificate, X509Certificate2 authority) => new()
        {
            TargetHost = "localhost",
            ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { authority },
            },
        };
}
