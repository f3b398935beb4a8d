using System.Net;
using System.Net.Sockets;
using Assist.Flows;
using Assist.Inputs.Datagrams;

namespace Assist.Inputs.Syslog;

/// <summary>A listener cannot start; the message is one line for the operator.</summary>
public sealed class ListenerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Opens the socket of a listener, and says to the operator why it cannot.</summary>
internal static class ListenerSocket
{
    private const int Backlog = 128;

    /// <exception cref="ListenerException">The address or the port cannot be had.</exception>
    public static DatagramSocket OpenUdp(ListenerOptions options, SyslogOptions limits)
    {
        try
        {
            return new DatagramSocket(
                options.Address, options.Port, limits.UdpReceiveBuffer, limits.DatagramsPerSender);
        }
        catch (SocketException e)
        {
            throw Refused(options, e);
        }
    }

    /// <exception cref="ListenerException">The address or the port cannot be had.</exception>
    public static Socket OpenStream(ListenerOptions options)
    {
        Socket? socket = null;
        try
        {
            socket = BoundSocket.Open(options.Address, options.Port, SocketType.Stream, ProtocolType.Tcp);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw Refused(options, e);
        }
    }

    /// <summary>The listener as the operator wrote it, such as <c>udp *:9514</c>.</summary>
    public static string Describe(ListenerOptions options)
    {
        var transport = options.Transport switch { Transport.Udp => "udp", Transport.Tcp => "tcp", _ => "tls" };
        return options.Address is { } address
            ? $"{transport} {new IPEndPoint(address.ToIPAddress(), options.Port)}"
            : $"{transport} *:{options.Port}";
    }

    private static ListenerException Refused(ListenerOptions options, SocketException e)
    {
        var reason = e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "the port is in use, stop the other program or choose another port",
            SocketError.AccessDenied =>
                "no permission, choose a port above 1023 or give the program CAP_NET_BIND_SERVICE",
            SocketError.AddressNotAvailable => "no interface has this address, correct it or leave it out",
            SocketError.AddressFamilyNotSupported => "this machine has no IPv6, choose an IPv4 address or leave it out",
            _ => e.Message,
        };
        return new ListenerException($"cannot listen on {Describe(options)}: {reason}", e);
    }
}
