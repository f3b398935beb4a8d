using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Assist.Addresses;

namespace Assist.Inputs.Datagrams;

/// <summary>One UDP socket: takes datagrams in batches, holds each sender to its rate, fits the receive buffer to the
/// load and reads what the kernel dropped. What a datagram holds is nothing to it. Used by one thread, but for <see
/// cref="Stop"/> and <see cref="EndPoint"/>.</summary>
internal sealed class DatagramSocket : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReceiveBufferForce = 33;
    private const int SoMemInfo = 55;
    private const int DropsIndex = 8;   // SK_MEMINFO_DROPS

    /// <summary>How long a receive waits, so that the thread comes by to read the drop counter.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly SenderRates _rates;
    private readonly BufferLength _length;
    private DatagramBatch? _batch;
    private int _asked;
    private uint _received;
    private uint _drops;
    private volatile bool _stopping;

    // The kernel's counter when a stop began; what is refused from then on counts there too.
    private uint _dropsAtStop;

    /// <param name="address">Null listens on every address, IPv4 and IPv6.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="receiveBuffer">Asked of the kernel, in bytes.</param>
    /// <param name="perSender">Datagrams a second of one sender while others are crowded out; 0 sets no limit.</param>
    /// <exception cref="SocketException">The address or the port cannot be had.</exception>
    public DatagramSocket(IpAddr? address, int port, int receiveBuffer, int perSender)
    {
        _rates = new SenderRates(perSender);
        _length = new BufferLength(receiveBuffer);
        _asked = receiveBuffer;
        _socket = BoundSocket.Open(address, port, SocketType.Dgram, ProtocolType.Udp);
        _socket.ReceiveTimeout = (int)Tick.TotalMilliseconds;
        Ask(receiveBuffer);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Bytes of buffer that the kernel gives; it doubles them for its own books (socket(7)).</summary>
    public int Granted => _socket.ReceiveBufferSize / 2;

    public bool IsStopping => _stopping;

    /// <summary>Waits up to <see cref="Tick"/> for datagrams and takes up to <see
    /// cref="DatagramBatch.Capacity"/>.</summary>
    public int Receive(out SocketError error)
    {
        _batch ??= new DatagramBatch();
        var count = _batch.Receive(_socket, out error);
        _received += (uint)count;
        return count;
    }

    /// <summary>A datagram of the last batch; valid until the next receive.</summary>
    public ReadOnlyMemory<byte> this[int index] => _batch![index];

    public IpAddr Sender(int index) => _batch!.Sender(index);

    /// <summary>Notes a datagram; false if it is more than its sender may send now.</summary>
    public bool Allows(IpAddr sender, TimeSpan now) => _rates.Allows(sender, now);

    /// <summary>What was received could not be handled: senders are held to their rates for a while.</summary>
    public void NoteLoss(TimeSpan now) => _rates.NoteLoss(now);

    /// <summary>Datagrams that the kernel has dropped since the last call, for want of room.</summary>
    public uint TakeLost(TimeSpan now)
    {
        var drops = _stopping ? _dropsAtStop : ReadDrops();
        var lost = drops - _drops;   // the kernel's counter has 32 bits and wraps
        if ((int)lost <= 0) return 0;
        _drops = drops;
        _rates.NoteLoss(now);
        return lost;
    }

    /// <summary>Fits the buffer to the last second. The kernel may grant less than is asked for, and then the same as
    /// before.</summary>
    /// <returns>The buffer before and now, in bytes.</returns>
    public (int Before, int Now) FitBuffer(uint lost, TimeSpan now)
    {
        var length = _length.After(lost, _received, now);
        _received = 0;
        var before = Granted;
        if (length == _asked) return (before, before);
        Ask(length);
        return (before, Granted);
    }

    /// <summary>Takes no more; what the socket holds can still be received.</summary>
    public void Stop()
    {
        _dropsAtStop = ReadDrops();
        _stopping = true;
        // A flood would have no end.
        SocketFilter.RefuseMore(_socket);
        try
        {
            // Says ENOTCONN and still wakes the thread, which Dispose does not do for a native call.
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    // SO_RCVBUFFORCE passes net.core.rmem_max where we hold CAP_NET_ADMIN.
    private void Ask(int receiveBuffer)
    {
        _asked = receiveBuffer;
        try
        {
            _socket.SetRawSocketOption(
                SolSocket, SoReceiveBufferForce, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in receiveBuffer)));
        }
        catch (SocketException)
        {
            _socket.ReceiveBufferSize = receiveBuffer;
        }
    }

    // The same figure as the drops column of /proc/net/udp, without reading through everybody's sockets.
    private uint ReadDrops()
    {
        Span<uint> info = stackalloc uint[16];
        try
        {
            var length = _socket.GetRawSocketOption(SolSocket, SoMemInfo, MemoryMarshal.AsBytes(info));
            return length > DropsIndex * sizeof(uint) ? info[DropsIndex] : _drops;
        }
        catch (SocketException)   // Linux before 4.12
        {
            return _drops;
        }
    }
}
