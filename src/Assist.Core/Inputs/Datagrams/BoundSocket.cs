using System.Net;
using System.Net.Sockets;
using Assist.Addresses;

namespace Assist.Inputs.Datagrams;

/// <summary>A socket with an address and a port of its own.</summary>
internal static class BoundSocket
{
    /// <param name="address">Null binds every address, IPv4 and IPv6.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="SocketException">The address or the port cannot be had.</exception>
    public static Socket Open(IpAddr? address, int port, SocketType type, ProtocolType protocol)
    {
        if (address is { } one) return Bind(one.ToIPAddress(), port, type, protocol);
        if (!Socket.OSSupportsIPv6) return Bind(IPAddress.Any, port, type, protocol);
        try
        {
            return Bind(IPAddress.IPv6Any, port, type, protocol);
        }
        catch (SocketException e) when (e.SocketErrorCode is
            SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return Bind(IPAddress.Any, port, type, protocol);
        }
    }

    private static Socket Bind(IPAddress address, int port, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        try
        {
            // As the kernel does by default: :: takes IPv4 too.
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
