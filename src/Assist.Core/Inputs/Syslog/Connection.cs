using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>One TCP or TLS connection and the thread that reads it.</summary>
internal sealed partial class Connection
{
    private const long NoDeadline = long.MaxValue;

    private readonly ReceiverContext _context;
    private readonly ConnectionTable _table;
    private readonly LogSampler _sampler;
    private readonly TlsCredentials? _credentials;
    private readonly Socket _socket;
    private Thread? _thread;

    // Why we close it ourselves; written once, by whoever is first.
    private int _closing;

    // Ticks. Written by the receiving thread, read by the watchdog and by whoever looks for an idle connection.
    private long _deadline = NoDeadline;
    private long _lastRead;
    private volatile bool _isHandshaking;

    // Touched by the receiving thread only.
    private string? _clientFault;

    public Connection(
        Socket socket, IpAddr peer, TlsCredentials? credentials, ConnectionTable table, LogSampler sampler,
        ReceiverContext context)
    {
        (_socket, Peer, _credentials) = (socket, peer, credentials);
        (_table, _sampler, _context) = (table, sampler, context);
        _lastRead = context.Now.Ticks;
        if (credentials is null) return;
        _isHandshaking = true;
        // Before the thread runs, so that the handshake's time counts from the accept.
        SetDeadline(context.Now + context.Options.HandshakeTimeout);
    }

    private enum Closing { No, Late, Evicted, Stopping }

    public IpAddr Peer { get; }

    /// <summary>True where no message is read unless the peer has proved its certificate.</summary>
    public bool IsVerified => _credentials?.AsksForClients ?? false;

    public Transport Transport => _credentials is null ? Transport.Tcp : Transport.Tls;

    /// <summary>Past the handshake and between frames.</summary>
    public bool IsIdle => Volatile.Read(ref _deadline) == NoDeadline;

    /// <summary>TLS, and the peer has not proved anything yet.</summary>
    public bool IsHandshaking => _isHandshaking;

    public TimeSpan LastRead => new(Volatile.Read(ref _lastRead));

    /// <summary>Closed by us because a handshake or a frame took too long.</summary>
    public bool IsLate => (Closing)Volatile.Read(ref _closing) is Closing.Late;

    /// <summary>Closed by us to make room; whoever did it has counted it.</summary>
    public bool IsEvicted => (Closing)Volatile.Read(ref _closing) is Closing.Evicted;

    public bool IsStopping => (Closing)Volatile.Read(ref _closing) is Closing.Stopping;

    public void Start() => _thread = ReceiverContext.StartThread($"{Transport} {Peer}", Run);

    public void CloseIfLate(TimeSpan now)
    {
        if (now.Ticks >= Volatile.Read(ref _deadline)) Close(Closing.Late);
    }

    public void Evict() => Close(Closing.Evicted);

    /// <summary>For a change of the senders.</summary>
    public void CloseUnlessSender()
    {
        if (_context.IsSender(Peer, showsCertificate: IsVerified)) return;
        Close(Closing.Evicted);
        if (Refuse(SyslogRefusal.Sender)) NoLongerSender(_context.Log, Peer);
    }

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

    /// <summary>Null between frames, when nothing is due.</summary>
    public void SetDeadline(TimeSpan? deadline) => Volatile.Write(ref _deadline, deadline?.Ticks ?? NoDeadline);

    public void NoteRead(TimeSpan now) => Volatile.Write(ref _lastRead, now.Ticks);

    /// <summary>Counts it; true if it is to be logged.</summary>
    public bool Refuse(SyslogRefusal refusal)
    {
        _context.Counters.Refused(refusal);
        return MayLog(refusal);
    }

    public bool MayLog(SyslogRefusal refusal) => _sampler.Allows(Peer, refusal, _context.Now);

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
        using var wire = new WireStream(_socket, () => Thread.Sleep(Pace.Rest));
        using var tls = _credentials is null ? null : new SslStream(wire);
        if (tls is not null && !TryHandshake(tls, wire)) return;
        _isHandshaking = false;
        SetDeadline(null);
        new ConnectionReader(this, wire, tls, _context).Run();
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
    private bool TryHandshake(SslStream tls, WireStream wire)
    {
        using var turn = wire.TakeTurns(_context.HandshakeTurns);
        try
        {
            tls.AuthenticateAsServer(_credentials!.NewOptions(_context.Now, fault => _clientFault = fault));
            if (_context.HasCertificate(Peer, tls.RemoteCertificate)) return true;
            _clientFault = "the certificate is not the one that firewall.senders names for this sender";
            throw new AuthenticationException(_clientFault);
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
        if (IsStopping || IsEvicted) return;
        var refusal = _clientFault is null ? SyslogRefusal.Handshake : SyslogRefusal.ClientCertificate;
        var reason = _clientFault ?? (IsLate ? "not finished in time" : e.GetBaseException().Message);
        if (Refuse(refusal)) HandshakeFailed(_context.Log, Peer, reason);
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Error, Message = "connection of {Peer} closed by a fault of ours")]
    private static partial void ConnectionFailed(ILogger log, Exception e, IpAddr peer);

    [LoggerMessage(EventId = 136, Level = LogLevel.Warning, Message =
        "connection of {Peer} closed: it is not among the senders any more")]
    private static partial void NoLongerSender(ILogger log, IpAddr peer);

    [LoggerMessage(EventId = 131, Level = LogLevel.Warning, Message = "tls handshake with {Peer} failed: {Reason}")]
    private static partial void HandshakeFailed(ILogger log, IpAddr peer, string reason);
}
