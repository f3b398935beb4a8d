using Assist.Configuration;
using Assist.Control;
using Assist.Logging;

namespace Assist.Daemon;

/// <summary>Changes the level of the daemon's log on an operator's word, for a time or until the restart.</summary>
internal sealed class LogLevelControl(LogLevels levels, TimeProvider time)
{
    private readonly Lock _gate = new();

    // Guarded by the gate; null where it has no end.
    private Term? _term;
    private DateTime? _until;

    public LogLevelStatus Current
    {
        get
        {
            lock (_gate)
                return new LogLevelStatus(
                    LogLevelWords.Of(levels.Current), LogLevelWords.Of(levels.Configured), _until);
        }
    }

    /// <summary>Asks for the level, or sets it.</summary>
    public ControlResponse Answer(ControlRequest request)
    {
        if (request.Level is not { } word) return new ControlResponse { LogLevel = Current };
        if (LogLevelWords.Find(word) is not { } level)
            return new ControlResponse
            {
                Error = "there is no such level; write "
                    + string.Join(", ", LogLevelWords.All.Select(each => each.Word)),
            };
        lock (_gate)
        {
            levels.Set(level);
            (_term, _until) = request.Seconds is { } seconds && level != levels.Configured
                ? (Term.From(time, TimeSpan.FromSeconds(seconds)), time.GetUtcNow().UtcDateTime.AddSeconds(seconds))
                : ((Term?)null, (DateTime?)null);
        }
        return new ControlResponse { LogLevel = Current };
    }

    /// <summary>Takes the configured level again where the time is over; true if so.</summary>
    public bool EndIfOver()
    {
        lock (_gate)
        {
            if (_term?.IsOver(time) != true) return false;
            levels.Set(levels.Configured);
            (_term, _until) = (null, null);
            return true;
        }
    }
}
