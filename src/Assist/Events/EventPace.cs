namespace Assist.Events;

/// <summary>So many within each second. Pure; used by one thread at a time.</summary>
internal sealed class EventPace(int perSecond)
{
    private long _second = -1;
    private int _taken;

    /// <param name="now">Monotonic.</param>
    public bool Admits(TimeSpan now)
    {
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _second) (_second, _taken) = (second, 0);
        if (_taken >= perSecond) return false;
        _taken++;
        return true;
    }
}
