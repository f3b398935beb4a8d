using Assist.Addresses;

namespace Assist.Inputs.Syslog;

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

    /// <summary>False at a limit. A firewall that comes back after a power cut finds its dead connections still open,
    /// so the one of the same sender that has been idle longest makes room, or its oldest unfinished handshake. Of
    /// too many unfinished handshakes the oldest makes room, whoever's it is: a client that is alive takes
    /// milliseconds.</summary>
    /// <param name="evicted">What made room; the caller closes it.</param>
    public bool TryAdd(Connection connection, List<Connection> evicted)
    {
        evicted.Clear();
        lock (_gate)
        {
            if (_open.Count >= options.MaxConnections || CountOf(connection.Peer) >= options.MaxConnectionsPerSender)
            {
                var peer = connection.Peer;
                var spare = LongestIdle(peer) ?? _open.Find(open => open.IsHandshaking && open.Peer == peer);
                if (spare is null) return false;
                Evict(spare, evicted);
            }
            if (connection.IsHandshaking && _open.Count(open => open.IsHandshaking) >= options.MaxHandshakes
                && _open.Find(open => open.IsHandshaking) is { } oldest) Evict(oldest, evicted);
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

    private void Evict(Connection connection, List<Connection> evicted)
    {
        _open.Remove(connection);
        evicted.Add(connection);
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
