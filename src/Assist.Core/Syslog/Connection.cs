using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Assist.Flows;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Syslog;

/// <summary>One TCP or TLS connection and the thread that reads it.</summary>
internal sealed partial class Connection
{
    private const long NoDeadline = long.MaxValue;

    private readonly ReceiverContext _context;
    private readonly ConnectionTable _table;
    private readonly LogSampler _sampler;
    private readonly TlsCredentials? _credentials;
    private readonly Socket _socket;
    private readonly FrameReader _reader = new();
    private Thread? _thread;

    // Why we close it ourselves; written once, by whoever is first.
    private int _closing;

    // Ticks. Written by the receiving thread, read by the watchdog and by whoever looks for an idle connection.
    private long _deadline = NoDeadline;
    private long _lastRead;

    // Touched by the receiving thread only.
    private ClientCertificateFault? _clientFault;
    private long _frame;

    public Connection(
        Socket socket, IpAddr peer, TlsCredentials? credentials, ConnectionTable table, LogSampler sampler,
        ReceiverContext context)
    {
        (_socket, Peer, _credentials) = (socket, peer, credentials);
        (_table, _sampler, _context) = (table, sampler, context);
        _lastRead = context.Now.Ticks;
        // Before the thread runs, so that the handshake's time counts from the accept.
        if (credentials is not null) SetDeadline(context.Now + context.Options.HandshakeTimeout);
    }

    private enum Closing { No, Late, Evicted, Stopping }

    public IpAddr Peer { get; }

    /// <summary>Past the handshake and between frames.</summary>
    public bool IsIdle => Volatile.Read(ref _deadline) == NoDeadline;

    public TimeSpan LastRead => new(Volatile.Read(ref _lastRead));

    private Transport Transport => _credentials is null ? Transport.Tcp : Transport.Tls;

    private bool IsStopping => (Closing)Volatile.Read(ref _closing) is Closing.Stopping;

    public void Start() => _thread = ReceiverContext.StartThread($"{Transport} {Peer}", Run);

    public void CloseIfLate(TimeSpan now)
    {
        if (now.Ticks >= Volatile.Read(ref _deadline)) Close(Closing.Late);
    }

    public void Evict() => Close(Closing.Evicted);

    /// <summary>What the kernel holds is still handled.</summary>
    public void Stop()
    {
        Interlocked.CompareExchange(ref _closing, (int)Closing.Stopping, (int)Closing.No);
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }

    public void Abandon() => _socket.Dispose();

    public bool Join(TimeSpan limit) => _thread is null || _thread.Join(limit);

    // A blocked read of a managed socket wakes up when the socket is disposed.
    private void Close(Closing reason)
    {
        if (Interlocked.CompareExchange(ref _closing, (int)reason, (int)Closing.No) == (int)Closing.No)
            _socket.Dispose();
    }

    private void Run()
    {
        try
        {
            Receive();
        }
        catch (Exception e)
        {
            // A fault of ours. Only this connection is in an unknown state, and the sender will connect again.
            ConnectionFailed(_context.Log, e, Peer);
        }
        finally
        {
            _socket.Dispose();
            _table.Remove(this);
        }
    }

    private void Receive()
    {
        if (!TryKeepAlive()) return;
        using var wire = new WireStream(_socket);
        using var tls = _credentials is null ? null : new SslStream(wire);
        if (tls is not null && !TryHandshake(tls)) return;
        SetDeadline(null);
        var handle = _context.NewHandler(Transport);
        var pace = new Pace();
        int read;
        while ((read = Read(tls ?? (Stream)wire)) > 0)
        {
            _reader.Advance(read);
            if (!TryDeliver(handle, out var messages)) return;
            var now = _context.Now;
            Watch(now);
            if (pace.IsBusy(messages, now) && !wire.WasFull && !IsStopping) Thread.Sleep(Pace.Rest);
        }
        var inOrder = read == 0 && !IsStopping && (tls is null || !wire.HasEnded);
        End(inOrder, handle);
    }

    // Dead peers vanish after two minutes; a connection between frames may otherwise idle for as long as it likes.
    private bool TryKeepAlive()
    {
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
            _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    // No message is read before this has returned true, and with a client authority it only does so for a client that
    // has proved its certificate; in TLS 1.3 too, where the client believes to be connected before we have seen it.
    private bool TryHandshake(SslStream tls)
    {
        try
        {
            tls.AuthenticateAsServer(_credentials!.NewOptions(_context.Now, fault => _clientFault = fault));
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException
            or ObjectDisposedException or CryptographicException)
        {
            HandshakeRefused(e);
            return false;
        }
    }

    private void HandshakeRefused(Exception e)
    {
        var closing = (Closing)Volatile.Read(ref _closing);
        if (closing is Closing.Stopping) return;
        var refusal = _clientFault is null ? SyslogRefusal.Handshake : SyslogRefusal.ClientCertificate;
        var reason = _clientFault?.ToString()
            ?? (closing is Closing.Late ? "not finished in time" : e.GetBaseException().Message);
        if (Refuse(refusal)) HandshakeFailed(_context.Log, Peer, reason);
    }

    // -1: broken, by the peer or by us.
    private int Read(Stream stream)
    {
        try
        {
            return stream.Read(_reader.Free);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return -1;
        }
    }

    private bool TryDeliver(MessageHandler handle, out int messages)
    {
        for (messages = 0; ; messages++)
        {
            var status = _reader.Read(out var message);
            if (status is FrameStatus.Incomplete) return true;
            if (status is FrameStatus.Fault)
            {
                if (Refuse(SyslogRefusal.Framing)) FramingFailed(_context.Log, Peer);
                return false;
            }
            HandOver(status, message, handle);
        }
    }

    private void HandOver(FrameStatus status, ReadOnlyMemory<byte> message, MessageHandler handle)
    {
        if (status is FrameStatus.Oversize && Refuse(SyslogRefusal.Oversize))
            MessageTooLong(_context.Log, Peer, SyslogOptions.MaxMessageLength);
        if (message.IsEmpty) return;
        _context.Counters.Received(Transport);
        handle(message);
    }

    // A deadline belongs to one frame: many whole frames in a row never add up to a slow one.
    private void Watch(TimeSpan now)
    {
        Volatile.Write(ref _lastRead, now.Ticks);
        if (!_reader.InFrame) SetDeadline(null);
        else if (_reader.Frames != _frame) SetDeadline(now + _context.Options.FrameTimeout);
        _frame = _reader.Frames;
    }

    private void End(bool inOrder, MessageHandler handle)
    {
        if ((Closing)Volatile.Read(ref _closing) is Closing.Late)
        {
            if (Refuse(SyslogRefusal.FrameTimeout)) FrameTooSlow(_context.Log, Peer);
            return;
        }
        if (!inOrder)
        {
            if (_reader.InFrame) Refuse(SyslogRefusal.CutFrame);
            return;
        }
        var status = _reader.End(out var message);
        if (status is FrameStatus.Cut) Refuse(SyslogRefusal.CutFrame);
        else if (status is not FrameStatus.Incomplete) HandOver(status, message, handle);
    }

    private void SetDeadline(TimeSpan? deadline) => Volatile.Write(ref _deadline, deadline?.Ticks ?? NoDeadline);

    // True if it is to be logged.
    private bool Refuse(SyslogRefusal refusal)
    {
        _context.Counters.Refused(refusal);
        return _sampler.Allows(Peer, refusal, _context.Now);
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Error, Message = "connection of {Peer} closed by a fault of ours")]
    private static partial void ConnectionFailed(ILogger log, Exception e, IpAddr peer);

    [LoggerMessage(EventId = 131, Level = LogLevel.Warning, Message = "tls handshake with {Peer} failed: {Reason}")]
    private static partial void HandshakeFailed(ILogger log, IpAddr peer, string reason);

    [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message =
        "connection of {Peer} closed: an octet count that cannot be one")]
    private static partial void FramingFailed(ILogger log, IpAddr peer);

    [LoggerMessage(EventId = 133, Level = LogLevel.Warning, Message =
        "{Peer} sends messages of more than {Limit} bytes, the rest of them is skipped")]
    private static partial void MessageTooLong(ILogger log, IpAddr peer, int limit);

    [LoggerMessage(EventId = 134, Level = LogLevel.Warning, Message =
        "connection of {Peer} closed: a message was begun and not finished in time")]
    private static partial void FrameTooSlow(ILogger log, IpAddr peer);
}
