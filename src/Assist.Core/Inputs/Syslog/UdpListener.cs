using System.Net.Sockets;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>One UDP socket and the thread that reads it.</summary>
internal sealed partial class UdpListener : IDisposable
{
    private const int SmallBuffer = 4 << 20;
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(10);

    private readonly ReceiverContext _context;
    private readonly string _name;
    private readonly DatagramSocket _socket;

    // A table of its own: forged UDP sources must not use up the lines of the connections.
    private readonly LogSampler _sampler = new();
    private volatile bool _abandoned;
    private Thread? _thread;

    // Touched by the receiving thread only.
    private TimeSpan _lastTick;

    public UdpListener(ListenerOptions options, ReceiverContext context)
    {
        _context = context;
        _name = ListenerSocket.Describe(options);
        _socket = ListenerSocket.OpenUdp(options, context.Options);
        var asked = context.Options.UdpReceiveBuffer;
        if (_socket.Granted < Math.Min(SmallBuffer, asked))
            SmallReceiveBuffer(context.Log, _name, _socket.Granted, asked);
    }

    public System.Net.IPEndPoint EndPoint => _socket.EndPoint;

    public void Start() => _thread = _context.StartLoop(_name, Receive);

    /// <summary>What the socket holds is still handled.</summary>
    public void Stop() => _socket.Stop();

    public bool Join(TimeSpan limit) => _thread is null || _thread.Join(limit);

    /// <summary>For a sender that never pauses: ends after the batch in hand.</summary>
    public void Abandon() => _abandoned = true;

    public void Dispose() => _socket.Dispose();

    private void Receive()
    {
        var handle = _context.NewHandler(Transport.Udp);
        var pace = new Pace();
        while (!_abandoned)
        {
            var count = _socket.Receive(out var error);
            var now = _context.Now;
            if (count == 0 && _socket.IsStopping) break;
            for (var i = 0; i < count; i++) Take(i, handle, now);
            if (!Errno.IsHarmless(error)) BackOff(error);
            if (now - _lastTick >= DatagramSocket.Tick) Tick(now);
            if (pace.IsBusy(count, now) && count is > 0 and < DatagramBatch.Capacity && !_socket.IsStopping)
                Thread.Sleep(Pace.Rest);
        }
        CountLost(_context.Now);
    }

    private void Take(int index, MessageHandler handle, TimeSpan now)
    {
        var sender = _socket.Sender(index);
        if (!_context.IsSender(sender, showsCertificate: false))
        {
            Refuse(Outcome.RefusedSender);
            if (_context.Counters.LastRefused.Takes(Outcome.RefusedSender, now))
                _context.Counters.LastRefused.Keep(
                    now, Outcome.RefusedSender, Transport.Udp, sender,
                    "the sender is not in firewall.senders, or only with a certificate", _socket[index].Span);
            if (_sampler.Allows(sender, SyslogRefusal.Sender, now)) SenderRefused(_context.Log, _name, sender);
            return;
        }
        if (!_socket.Allows(sender, now))
        {
            Refuse(Outcome.Shed);
            var counts = _context.Counters.Senders.Of(sender);
            counts.Heard(Transport.Udp, now);
            counts.Count(Transport.Udp, Outcome.Shed);
            _context.Counters.Refused(SyslogRefusal.SenderRate);
            if (_sampler.Allows(sender, SyslogRefusal.SenderRate, now))
                SenderHeld(_context.Log, _name, sender, _context.Options.DatagramsPerSender);
            return;
        }
        var message = Datagram.Message(_socket[index]);
        if (message.IsEmpty)
        {
            _context.Counters.Refused(SyslogRefusal.Empty);
            return;
        }
        _context.Counters.Received(Transport.Udp);
        if (handle(message, new Arrival(sender, IsVerified: false, now)) is MessageResult.Shed) _socket.NoteLoss(now);
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
        if (_socket.IsStopping) return;
        var (before, granted) = _socket.FitBuffer(CountLost(now), now);
        if (granted < before) Overloaded(_context.Log, _name, granted, before);
        if (granted > before) OverloadPassed(_context.Log, _name, granted);
    }

    private uint CountLost(TimeSpan now)
    {
        var lost = _socket.TakeLost(now);
        if (lost == 0) return 0;
        _context.Counters.Refused(SyslogRefusal.KernelDrop, lost);
        if (_sampler.Allows(default, SyslogRefusal.KernelDrop, now)) DatagramsDropped(_context.Log, _name, lost);
        return lost;
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
        "{Listener} gets more than it can handle: it keeps {Short} bytes waiting instead of {Full}, "
        + "so that the newest logs get through in time")]
    private static partial void Overloaded(ILogger log, string listener, int @short, int full);

    [LoggerMessage(EventId = 115, Level = LogLevel.Information, Message =
        "{Listener} loses nothing any more and keeps {Full} bytes waiting again")]
    private static partial void OverloadPassed(ILogger log, string listener, int full);
}
