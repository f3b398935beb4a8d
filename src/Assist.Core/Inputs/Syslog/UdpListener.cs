using System.Net.Sockets;
using System.Runtime.InteropServices;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>One UDP socket and the thread that reads it.</summary>
internal sealed partial class UdpListener : IDisposable
{
    private const int SolSocket = 1;
    private const int SoMemInfo = 55;
    private const int DropsIndex = 8;   // SK_MEMINFO_DROPS
    private const int SmallBuffer = 4 << 20;
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(10);

    private readonly ReceiverContext _context;
    private readonly string _name;
    private readonly Socket _socket;

    // A table of its own: forged UDP sources must not use up the lines of the connections.
    private readonly LogSampler _sampler = new();
    private volatile bool _stopping;
    private volatile bool _abandoned;
    private Thread? _thread;

    // Touched by the receiving thread only.
    private readonly SenderRates _rates;
    private TimeSpan _lastTick;
    private uint _drops;
    private uint _received;
    private readonly BufferLength _length;
    private int _asked;

    // The kernel's counter when a stop began; what is refused from then on counts there too.
    private uint _dropsAtStop;

    public UdpListener(ListenerOptions options, ReceiverContext context)
    {
        _context = context;
        _name = ListenerSocket.Describe(options);
        _rates = new SenderRates(context.Options.DatagramsPerSender);
        _asked = context.Options.UdpReceiveBuffer;
        _length = new BufferLength(_asked);
        _socket = ListenerSocket.OpenUdp(options, _asked);
        // So that the thread comes by once a second to read the drop counter.
        _socket.ReceiveTimeout = (int)s_tick.TotalMilliseconds;
        if (Granted < Math.Min(SmallBuffer, _asked)) SmallReceiveBuffer(context.Log, _name, Granted, _asked);
    }

    public System.Net.IPEndPoint EndPoint => (System.Net.IPEndPoint)_socket.LocalEndPoint!;

    public void Start() => _thread = _context.StartLoop(_name, Receive);

    /// <summary>What the socket holds is still handled.</summary>
    public void Stop()
    {
        _dropsAtStop = ReadDrops();
        _stopping = true;
        // A flood would have no end.
        ListenerSocket.RefuseMore(_socket);
        try
        {
            // Says ENOTCONN and still wakes the thread, which Dispose does not do for a native call.
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
        }
    }

    public bool Join(TimeSpan limit) => _thread is null || _thread.Join(limit);

    /// <summary>For a sender that never pauses: ends after the batch in hand.</summary>
    public void Abandon() => _abandoned = true;

    public void Dispose() => _socket.Dispose();

    // socket(7): the kernel doubles it for its own books.
    private int Granted => _socket.ReceiveBufferSize / 2;

    private void Receive()
    {
        var batch = new DatagramBatch();
        var handle = _context.NewHandler(Transport.Udp);
        var pace = new Pace();
        while (!_abandoned)
        {
            var count = batch.Receive(_socket, out var error);
            var now = _context.Now;
            if (count == 0 && _stopping) break;
            _received += (uint)count;
            for (var i = 0; i < count; i++) Take(batch, i, handle, now);
            if (!Errno.IsHarmless(error)) BackOff(error);
            if (now - _lastTick >= s_tick) Tick(now);
            if (pace.IsBusy(count, now) && count is > 0 and < DatagramBatch.Capacity && !_stopping)
                Thread.Sleep(Pace.Rest);
        }
        CountLost(_dropsAtStop, _context.Now);
    }

    private void Take(DatagramBatch batch, int index, MessageHandler handle, TimeSpan now)
    {
        var sender = batch.Sender(index);
        if (!_context.IsSender(sender))
        {
            Refuse(Outcome.RefusedSender);
            if (_sampler.Allows(sender, SyslogRefusal.Sender, now)) SenderRefused(_context.Log, _name, sender);
            return;
        }
        if (!_rates.Allows(sender, now))
        {
            Refuse(Outcome.Shed);
            _context.Counters.Refused(SyslogRefusal.SenderRate);
            if (_sampler.Allows(sender, SyslogRefusal.SenderRate, now))
                SenderHeld(_context.Log, _name, sender, _context.Options.DatagramsPerSender);
            return;
        }
        var message = Datagram.Message(batch[index]);
        if (message.IsEmpty)
        {
            _context.Counters.Refused(SyslogRefusal.Empty);
            return;
        }
        _context.Counters.Received(Transport.Udp);
        if (handle(message, new Arrival(sender, IsVerified: false, now)) is Reception.Shed) _rates.NoteLoss(now);
    }

    private void Refuse(Outcome outcome)
    {
        _context.Counters.Received(Transport.Udp);
        _context.Counters.Count(Transport.Udp, outcome);
    }

    private void BackOff(SocketError error)
    {
        if (Errno.IsFatal(error)) throw new SocketException((int)error);
        _context.Counters.Refused(SyslogRefusal.Shortage);
        Thread.Sleep(s_backOff);
    }

    private void Tick(TimeSpan now)
    {
        _lastTick = now;
        if (_stopping) return;
        var lost = CountLost(ReadDrops(), now);
        Resize(_length.After(lost, _received, now));
        _received = 0;
    }

    private uint CountLost(uint drops, TimeSpan now)
    {
        var lost = drops - _drops;   // the kernel's counter has 32 bits and wraps
        if ((int)lost <= 0) return 0;
        _drops = drops;
        _rates.NoteLoss(now);
        _context.Counters.Refused(SyslogRefusal.KernelDrop, lost);
        if (_sampler.Allows(default, SyslogRefusal.KernelDrop, now)) DatagramsDropped(_context.Log, _name, lost);
        return lost;
    }

    // The kernel may grant less than is asked for, and then the same as before.
    private void Resize(int length)
    {
        if (length == _asked) return;
        _asked = length;
        var before = Granted;
        ListenerSocket.SetReceiveBuffer(_socket, length);
        var granted = Granted;
        if (granted < before) Overloaded(_context.Log, _name, granted, before);
        if (granted > before) OverloadPassed(_context.Log, _name, granted);
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

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message =
        "{Listener} has a receive buffer of {Granted} bytes instead of {Asked}, bursts may be lost: "
        + "raise net.core.rmem_max or run with CAP_NET_ADMIN")]
    private static partial void SmallReceiveBuffer(ILogger log, string listener, int granted, int asked);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message =
        "{Listener} refuses datagrams of {Peer}, which is not among the senders")]
    private static partial void SenderRefused(ILogger log, string listener, IpAddr peer);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message =
        "{Listener} holds {Peer} to {Limit} datagrams a second, because logs are being lost and others send too")]
    private static partial void SenderHeld(ILogger log, string listener, IpAddr peer, int limit);

    [LoggerMessage(EventId = 112, Level = LogLevel.Warning, Message =
        "{Listener} lost {Count} datagrams because its receive buffer was full")]
    private static partial void DatagramsDropped(ILogger log, string listener, uint count);

    [LoggerMessage(EventId = 114, Level = LogLevel.Warning, Message =
        "{Listener} gets more than it can handle: it keeps {Short} bytes waiting instead of {Full}, so that the newest logs "
        + "get through in time")]
    private static partial void Overloaded(ILogger log, string listener, int @short, int full);

    [LoggerMessage(EventId = 115, Level = LogLevel.Information, Message =
        "{Listener} loses nothing any more and keeps {Full} bytes waiting again")]
    private static partial void OverloadPassed(ILogger log, string listener, int full);
}
