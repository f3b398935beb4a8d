using System.Net;
using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>Where a listener really listens; the port is the one the system chose where the configuration says
/// 0.</summary>
public readonly record struct BoundEndpoint(Transport Transport, IPEndPoint EndPoint);

/// <summary>All listeners of one configuration. Started once and stopped once.</summary>
public sealed class SyslogReceiver : IDisposable
{
    private static readonly TimeSpan s_longestSweep = TimeSpan.FromSeconds(1);

    // Looking after nothing costs most of what an idle daemon takes of the processor.
    private const int SweepsWithoutConnections = 5;
    private static readonly TimeSpan s_shortestSweep = TimeSpan.FromMilliseconds(10);

    // After the drain has been given up, threads only have to notice.
    private static readonly TimeSpan s_abandonLimit = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<ListenerOptions> _listeners;
    private readonly SyslogOptions _options;
    private readonly TimeProvider _time;
    private readonly ReceiverContext _context;
    private readonly ConnectionTable _connections;
    private readonly LogSampler _sampler = new();
    private readonly List<UdpListener> _udp = [];
    private readonly List<StreamListener> _streams = [];
    private readonly List<TlsCredentials> _credentials = [];
    private readonly List<BoundEndpoint> _bound = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _watchdog;
    private TimeSpan _sweepInterval;

    /// <param name="handlers">Asked once by each receiving thread for a handler of its own.</param>
    public SyslogReceiver(
        IReadOnlyList<ListenerOptions> listeners, SyslogOptions options, Func<Transport, MessageHandler> handlers,
        Counters counters, ILogger log, TimeProvider time)
    {
        (_listeners, _options, _time) = (listeners, options, time);
        _context = new ReceiverContext(
            options, handlers, counters, log, time, e => _completion.TrySetException(e));
        _connections = new ConnectionTable(options);
        counters.Senders.Configure(options.Senders);
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<BoundEndpoint> BoundEndpoints => _bound;

    public int OpenConnections => _connections.Count;

    /// <summary>What an operator has to mend, one line each.</summary>
    public IEnumerable<string> Problems => _credentials.Select(credentials => credentials.Fault).OfType<string>();

    /// <summary>What an operator should know before it becomes a problem, one line each.</summary>
    public IEnumerable<string> Notices => _credentials.Select(credentials => credentials.Notice).OfType<string>();

    /// <summary>Ends with <see cref="Stop"/>, or with the fault of a listener that stopped receiving by itself: then
    /// the process must end, since a daemon that has gone deaf looks healthy.</summary>
    public Task Completion => _completion.Task;

    /// <exception cref="ListenerException">A listener cannot start; none is open then.</exception>
    public void Start()
    {
        try
        {
            foreach (var listener in _listeners) Bind(listener);
        }
        catch (ListenerException)
        {
            Dispose();
            throw;
        }
        foreach (var listener in _udp) listener.Start();
        foreach (var listener in _streams) listener.Start();
        _sweepInterval = SweepInterval();
        _watchdog = _time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Sweep();
    }

    /// <summary>From now on only these may send. Connections of others are closed; what the kernel holds of their
    /// datagrams is refused.</summary>
    /// <param name="pins">What some of them have to show; connections that are open are not asked again.</param>
    public void ReplaceSenders(IReadOnlyList<IpPrefix> senders, IReadOnlyList<SenderPin>? pins = null)
    {
        _context.ReplaceSenders(senders, pins ?? []);
        foreach (var connection in _connections.Snapshot()) connection.CloseUnlessSender();
    }

    /// <summary>Takes no more, handles what the kernel holds already, and returns when all threads have
    /// ended.</summary>
    /// <param name="limit">For the handling; what is not done by then is lost.</param>
    public void Stop(TimeSpan limit)
    {
        var deadline = _context.Now + limit;
        foreach (var listener in _streams) listener.Stop();
        foreach (var listener in _streams) listener.Join(Left(deadline));
        foreach (var listener in _udp) listener.Stop();
        // After the accept threads, so that none is missing here.
        var connections = _connections.Snapshot();
        foreach (var connection in connections) connection.Stop();
        foreach (var connection in connections)
            if (!connection.Join(Left(deadline))) connection.Abandon();
        foreach (var listener in _udp)
            if (!listener.Join(Left(deadline))) listener.Abandon();
        var end = _context.Now + s_abandonLimit;
        foreach (var connection in connections) connection.Join(Left(end));
        foreach (var listener in _udp) listener.Join(Left(end));
        Dispose();
        _completion.TrySetResult();
    }

    public void Dispose()
    {
        _watchdog?.Dispose();
        foreach (var listener in _udp) listener.Dispose();
        foreach (var listener in _streams) listener.Dispose();
    }

    private void Bind(ListenerOptions options)
    {
        if (options.Transport is Transport.Udp)
        {
            var udp = new UdpListener(options, _context);
            _udp.Add(udp);
            _bound.Add(new BoundEndpoint(options.Transport, udp.EndPoint));
            return;
        }
        var credentials = options.Transport is Transport.Tls ? new TlsCredentials(options, _context.Log, _time) : null;
        if (credentials is not null) _credentials.Add(credentials);
        var stream = new StreamListener(options, credentials, _connections, _sampler, _context);
        _streams.Add(stream);
        _bound.Add(new BoundEndpoint(options.Transport, stream.EndPoint));
    }

    private void Sweep()
    {
        var now = _context.Now;
        _connections.CloseLate(now);
        foreach (var credentials in _credentials) credentials.Watch(now);
        var next = _connections.Count > 0 ? _sweepInterval : _sweepInterval * SweepsWithoutConnections;
        _watchdog?.Change(next, Timeout.InfiniteTimeSpan);
    }

    // A quarter of the shorter timeout is late enough to notice.
    private TimeSpan SweepInterval()
    {
        var shorter = _options.HandshakeTimeout < _options.FrameTimeout
            ? _options.HandshakeTimeout
            : _options.FrameTimeout;
        var quarter = shorter / 4;
        return quarter > s_longestSweep ? s_longestSweep : quarter < s_shortestSweep ? s_shortestSweep : quarter;
    }

    private TimeSpan Left(TimeSpan deadline)
    {
        var left = deadline - _context.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
