using System.Net;
using System.Net.Sockets;
using Assist.Addresses;
using Assist.Inputs.Datagrams;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>One TCP or TLS socket and the thread that accepts its connections. It does nothing a peer could delay:
/// handshakes belong to the connections.</summary>
internal sealed partial class StreamListener : IDisposable
{
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(100);

    private readonly ReceiverContext _context;
    private readonly ConnectionTable _table;
    private readonly LogSampler _sampler;
    private readonly TlsCredentials? _credentials;
    private readonly string _name;
    private readonly Socket _socket;
    private readonly List<Connection> _evicted = [];
    private volatile bool _stopping;
    private Thread? _thread;

    public StreamListener(
        ListenerOptions options, TlsCredentials? credentials, ConnectionTable table, LogSampler sampler,
        ReceiverContext context)
    {
        (_credentials, _table, _sampler, _context) = (credentials, table, sampler, context);
        _name = ListenerSocket.Describe(options);
        _socket = ListenerSocket.OpenStream(options);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public void Start() => _thread = _context.StartLoop(_name, Accept);

    public void Stop()
    {
        _stopping = true;
        _socket.Dispose();
    }

    public bool Join(TimeSpan limit) => _thread is null || _thread.Join(limit);

    public void Dispose() => _socket.Dispose();

    private void Accept()
    {
        while (!_stopping)
        {
            try
            {
                Admit(_socket.Accept());
            }
            catch (Exception e) when (_stopping && e is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!Errno.IsFatal(e.SocketErrorCode))
            {
                BackOff(e.SocketErrorCode);
            }
        }
    }

    private void Admit(Socket socket)
    {
        var peer = IpAddr.From(((IPEndPoint)socket.RemoteEndPoint!).Address);
        if (!_context.IsSender(peer, showsCertificate: _credentials?.AsksForClients == true))
        {
            socket.Dispose();
            if (Refuse(peer, SyslogRefusal.Sender)) SenderRefused(_context.Log, _name, peer);
            return;
        }
        var connection = new Connection(socket, peer, _credentials, _table, _sampler, _context);
        if (_table.TryAdd(connection, _evicted))
        {
            foreach (var evicted in _evicted) Evict(evicted);
            // The senders may have been replaced between the question and the table.
            connection.CloseUnlessSender();
            Start(connection, socket);
            return;
        }
        socket.Dispose();
        if (Refuse(peer, SyslogRefusal.ConnectionLimit)) ConnectionRefused(_context.Log, _name, peer);
    }

    private void Start(Connection connection, Socket socket)
    {
        try
        {
            connection.Start();
        }
        catch (OutOfMemoryException)   // whatever a new thread lacks, descriptors included
        {
            _table.Remove(connection);
            socket.Dispose();
            BackOff(SocketError.NoBufferSpaceAvailable);
        }
    }

    private void Evict(Connection connection)
    {
        connection.Evict();
        if (Refuse(connection.Peer, SyslogRefusal.ConnectionLimit))
            ConnectionEvicted(_context.Log, _name, connection.Peer);
    }

    // Out of descriptors or memory: a loop that tries again at once would take the processor as well.
    private void BackOff(SocketError error)
    {
        if (Errno.IsHarmless(error)) return;
        if (Refuse(default, SyslogRefusal.Shortage)) CannotAccept(_context.Log, _name, error);
        Thread.Sleep(s_backOff);
    }

    private bool Refuse(IpAddr peer, SyslogRefusal refusal)
    {
        _context.Counters.Refused(refusal);
        return _sampler.Allows(peer, refusal, _context.Now);
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message =
        "{Listener} refuses connections of {Peer}, which is not among the senders")]
    private static partial void SenderRefused(ILogger log, string listener, IpAddr peer);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message =
        "{Listener} refuses connections of {Peer}: too many are open")]
    private static partial void ConnectionRefused(ILogger log, string listener, IpAddr peer);

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning, Message =
        "{Listener} closed an idle or unfinished connection of {Peer} for a new one: too many are open")]
    private static partial void ConnectionEvicted(ILogger log, string listener, IpAddr peer);

    [LoggerMessage(EventId = 123, Level = LogLevel.Error, Message = "{Listener} cannot accept connections: {Error}")]
    private static partial void CannotAccept(ILogger log, string listener, SocketError error);
}
