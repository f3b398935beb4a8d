using Assist.Inputs.Syslog;

namespace Assist.Daemon;

/// <summary>The time zone of this machine, which may be changed while the daemon runs: EOS's `clock timezone` replaces
/// /etc/localtime. The base library reads it once.</summary>
/// <param name="file">Where the zone stands.</param>
internal sealed class SystemZone(string file)
{
    private string _stamp = FileStamp.Of(file);
    private bool _isMissing;

    /// <summary>$TZ may name a file too, or a zone that does not change.</summary>
    public static SystemZone FromEnvironment()
    {
        var named = Environment.GetEnvironmentVariable("TZ")?.TrimStart(':');
        return new SystemZone(Path.IsPathRooted(named) ? named : "/etc/localtime");
    }

    /// <summary>True where it is another one than at the last call; <see cref="TimeZoneInfo.Local"/> is the new one
    /// then.</summary>
    public bool HasChanged()
    {
        var stamp = FileStamp.Of(file);
        // Tools that replace it may remove it first: the zone of a moment is none.
        var wasMissing = _isMissing;
        _isMissing = stamp.Length == 0;
        if (stamp == _stamp || (_isMissing && !wasMissing)) return false;
        _stamp = stamp;
        var before = TimeZoneInfo.Local;
        TimeZoneInfo.ClearCachedData();
        return !before.HasSameRules(TimeZoneInfo.Local);
    }
}
