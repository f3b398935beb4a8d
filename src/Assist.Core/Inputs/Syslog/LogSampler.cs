using Assist.Addresses;
using Assist.Telemetry;

namespace Assist.Inputs.Syslog;

/// <summary>Lets one line through per peer, reason and minute. Counters count everything; a log that hostile input can
/// fill is a way to hide in it.</summary>
internal sealed class LogSampler
{
    // Sources of UDP are easily forged, so both the memory and the lines of a minute have a bound.
    private const int MaxLinesPerMinute = 256;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(IpAddr Peer, SyslogRefusal Reason)> _said = [];
    private TimeSpan _minuteBegan;

    public bool Allows(IpAddr peer, SyslogRefusal reason, TimeSpan now)
    {
        lock (_gate)
        {
            if (now - _minuteBegan >= s_minute)
            {
                _said.Clear();
                _minuteBegan = now;
            }
            return _said.Count < MaxLinesPerMinute && _said.Add((peer, reason));
        }
    }
}
