using Assist.Configuration;
using Assist.Control;

namespace Assist.Daemon;

/// <summary>The authorities that clients and the switch are judged by are good, and so is the certificate of the HTTP
/// endpoint; how long each certificate lasts. A listener's own certificate is judged where it is used.</summary>
internal sealed class AuthorityCheck(RunningConfiguration running, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private NamedFiles? _files;
    private TimeSpan _judgedAt;

    public IEnumerable<Finding> Look(TableReading table) =>
    [
        .. Judged().Faults.Where(IsJudgedHere).Select(Of),
    ];

    /// <summary>In seconds, by use.</summary>
    public IReadOnlyDictionary<string, long> Left()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return Judged().Ends.ToDictionary(end => end.Key, end => (long)(end.Value - now).TotalSeconds);
    }

    private static Finding Of(FileFault fault)
    {
        var text = $"{fault.Key}: {fault.Text}";
        return (fault.Gravity == FileGravity.Covered
            ? Finding.Notice(HealthKind.Certificate, $"{text}; another authority in the file is in force")
            : Finding.Problem(HealthKind.Certificate, text)) with
        { Subject = fault.Key };
    }

    private NamedFiles Judged()
    {
        var now = time.GetElapsedTime(0);
        lock (_gate)
        {
            if (_files is { } recent && now - _judgedAt < s_interval) return recent;
            _judgedAt = now;
            return _files = new NamedFiles(running.Config, time.GetUtcNow().UtcDateTime, withSecrets: false);
        }
    }

    private static bool IsJudgedHere(FileFault fault) =>
        fault.Key is "switch.ca" or "http.certificate" or "events.syslog.ca" or "events.webhook.ca"
        || fault.Key.EndsWith(".client_ca", StringComparison.Ordinal);
}
