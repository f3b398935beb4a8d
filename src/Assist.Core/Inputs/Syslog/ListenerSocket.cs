using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Assist.Flows;

namespace Assist.Inputs.Syslog;

/// <summary>A listener cannot start; the message is one line for the operator.</summary>
public sealed class ListenerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Opens and binds the socket of a listener.</summary>
internal static class ListenerSocket
{
    private const int SolSocket = 1;
    private const int SoReceiveBufferForce = 33;
    private const int SoAttachFilter = 26;
    private const ushort ReturnConstant = 6;   // BPF_RET | BPF_K: how many bytes of the packet to keep
    private const int Backlog = 128;

    public static Socket OpenUdp(ListenerOptions options, int receiveBuffer)
    {
        var socket = Bind(options, SocketType.Dgram, ProtocolType.Udp);
        SetReceiveBuffer(socket, receiveBuffer);
        return socket;
    }

    /// <summary>As many bytes as the kernel grants.</summary>
    public static void SetReceiveBuffer(Socket socket, int receiveBuffer)
    {
        // SO_RCVBUFFORCE passes net.core.rmem_max where we hold CAP_NET_ADMIN.
        try
        {
            socket.SetRawSocketOption(
                SolSocket, SoReceiveBufferForce, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in receiveBuffer)));
        }
        catch (SocketException)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }
    }

    /// <summary>Lets nothing more into a socket; what it holds can still be read.</summary>
    public static unsafe void RefuseMore(Socket socket)
    {
        var refuse = new FilterStep { Code = ReturnConstant, Value = 0 };
        var filter = new Filter { Length = 1, Steps = &refuse };
        try
        {
            socket.SetRawSocketOption(
                SolSocket, SoAttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<Filter>(in filter)));
        }
        catch (SocketException)
        {
            // Then it goes on filling while it is emptied.
        }
    }

    public static Socket OpenStream(ListenerOptions options)
    {
        var socket = Bind(options, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
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

    private static Socket Bind(ListenerOptions options, SocketType type, ProtocolType protocol)
    {
        try
        {
            if (options.Address is { } address) return Bind(address.ToIPAddress(), options.Port, type, protocol);
            if (!Socket.OSSupportsIPv6) return Bind(IPAddress.Any, options.Port, type, protocol);
            return BindAny(options.Port, type, protocol);
        }
        catch (SocketException e)
        {
            throw Refused(options, e);
        }
    }

    private static Socket BindAny(int port, SocketType type, ProtocolType protocol)
    {
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

    // struct sock_filter
    private struct FilterStep
    {
        public ushort Code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint Value;
    }

    // struct sock_fprog
    private unsafe struct Filter
    {
        public ushort Length;
        public FilterStep* Steps;
    }
}
