using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assist.Tests.Processes;

public enum Way { Udp, TcpLines, TcpOctets, Tls }

/// <summary>Sends logs the ways firewalls do.</summary>
internal static class Firewall
{
    public static Task SendAsync(this Rig rig, Way way, params IEnumerable<object> messages) => way switch
    {
        Way.Udp => rig.SendUdpAsync(IPAddress.Loopback, messages),
        Way.TcpLines => rig.SendTcpAsync(IPAddress.Loopback, [.. messages.SelectMany(Line)]),
        Way.TcpOctets => rig.SendTcpAsync(IPAddress.Loopback, [.. messages.SelectMany(Octets)]),
        _ => rig.SendTlsAsync(rig.Certificates.Client(), [.. messages.SelectMany(Octets)]),
    };

    public static async Task SendUdpAsync(this Rig rig, IPAddress from, IEnumerable<object> messages)
    {
        var to = from.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        using var socket = new Socket(from.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(from, 0));
        foreach (var message in messages) await socket.SendToAsync(Bytes(message), new IPEndPoint(to, rig.Port));
    }

    public static async Task SendTcpAsync(this Rig rig, IPAddress from, byte[] stream)
    {
        var to = from.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        using var socket = new Socket(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(new IPEndPoint(to, rig.Port));
        await using var network = new NetworkStream(socket);
        await network.WriteAsync(stream);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>For a daemon that has just been started: one log, as soon as it answers.</summary>
    public static async Task SendUntilHeardAsync(this Rig rig, LogLine log)
    {
        await rig.UntilReceivedAsync(0);
        await rig.SendAsync(Way.Udp, log);
        await rig.UntilStatusAsync(status => status.GetProperty("received").GetInt64() == 1, "heard");
    }

    /// <summary>False where the daemon did not let the client in.</summary>
    public static async Task<bool> SendTlsAsync(this Rig rig, X509Certificate2? certificate, byte[] stream)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, rig.TlsPort);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                CertificateChainPolicy = rig.Certificates.Trust(),
                ClientCertificates = certificate is null ? [] : [certificate],
            });
            await tls.WriteAsync(stream);
            await tls.ShutdownAsync();
            // In TLS 1.3 a client learns only here whether it was let in.
            return await tls.ReadAsync(new byte[1]) == 0;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }
        finally
        {
            certificate?.Dispose();
        }
    }

    public static byte[] Line(object message) => [.. Bytes(message), (byte)'\n'];

    public static byte[] Octets(object message)
    {
        var bytes = Bytes(message);
        return [.. Encoding.ASCII.GetBytes($"{bytes.Length} "), .. bytes];
    }

    private static byte[] Bytes(object message) => Encoding.UTF8.GetBytes(message.ToString()!);
}
