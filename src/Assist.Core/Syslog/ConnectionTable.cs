using Assist.Flows;

namespace Assist.Syslog;

/// <summary>The open connections of all listeners, within their limits. Used by accept threads, connection threads and
/// the watchdog.</summary>
internal sealed class ConnectionTable(SyslogOptions options)
{
    private readonly Lock _gate = new();

    // Oldest first. Guarded by the gate.
    private readonly List<Connection> _open = [];

    public int Count
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <summary>False at a limit. A firewall that comes back after a power cut finds its dead connections still open, so
    /// the one of the same sender that has been idle longest makes room; the caller closes it.</summary>
    public bool TryAdd(Connection connection, out Connection? evicted)
    {
        evicted = null;
        lock (_gate)
        {
            if (_open.Count >= options.MaxConnections || CountOf(connection.Peer) >= options.MaxConnectionsPerSender)
            {
                evicted = LongestIdle(connection.Peer);
                if (evicted is null) return false;
                _open.Remove(evicted);
            }
            _open.Add(connection);
            return true;
        }
    }

    public void Remove(Connection connection)
    {
        lock (_gate) _open.Remove(connection);
    }

    public Connection[] Snapshot()
    {
        lock (_gate) return [.. _open];
    }

    /// <summary>Closes every connection that has missed its deadline.</summary>
    public void CloseLate(TimeSpan now)
    {
        foreach (var connection in Snapshot()) connection.CloseIfLate(now);
    }

    private int CountOf(IpAddr peer)
    {
        var count = 0;
        foreach (var connection in _open)
            if (connection.Peer == peer) count++;
        return count;
    }

    private Connection? LongestIdle(IpAddr peer)
    {
        Connection? longest = null;
        foreach (var connection in _open)
        {
            if (connection.Peer != peer || !connection.IsIdle) continue;
            if (longest is null || connection.LastRead < longest.LastRead) longest = connection;
        }
        return longest;
    }
}
