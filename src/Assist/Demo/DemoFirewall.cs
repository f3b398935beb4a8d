using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assist.Demo;

/// <summary>Sends log lines as a firewall does, over real sockets of this machine.</summary>
internal sealed class DemoFirewall(int udpPort, int tcpPort, int tlsPort)
{
    // Datagrams between two pauses, so that the demo does not depend on how large a socket buffer the system grants.
    private const int UdpBurst = 64;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Log lines that were sent as messages: what the daemon must have received in the end.</summary>
    public int Sent { get; private set; }

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

    /// <summary>Every second line octet-counted, the others ended by LF (RFC 6587 3.4): both on one connection.</summary>
    public async Task SendTcpAsync(IEnumerable<string> lines, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, tcpPort, cancellation);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await WriteAsync(stream, lines, cancellation);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>False where the daemon refused the certificate.</summary>
    public async Task<bool> SendTlsAsync(IEnumerable<string> lines, X509Certificate2 certificate, X509Certificate2 authority, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, tlsPort, cancellation);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var before = Sent;
        try
        {
            await tls.AuthenticateAsClientAsync(ClientOptions(certificate, authority), cancellation);
            await WriteAsync(tls, lines, cancellation);
            await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
            // Under TLS 1.3 a refused client learns it from its first read.
            while (await tls.ReadAsync(new byte[256], cancellation) > 0)
            {
            }
            return true;
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or SocketException)
        {
            Sent = before;
            return false;
        }
    }

    private async Task WriteAsync(Stream stream, IEnumerable<string> lines, CancellationToken cancellation)
    {
        foreach (var line in lines)
        {
            var message = Encoding.UTF8.GetBytes(line);
            // An LF inside the message can only travel in a counted frame.
            var isCounted = Sent++ % 2 == 0 || line.Contains('\n', StringComparison.Ordinal);
            byte[] frame = isCounted ? [.. Encoding.ASCII.GetBytes($"{message.Length} "), .. message] : [.. message, (byte)'\n'];
            await stream.WriteAsync(frame, cancellation);
        }
    }

    private static SslClientAuthenticationOptions ClientOptions(X509Certificate2 certificate, X509Certificate2 authority) => new()
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
