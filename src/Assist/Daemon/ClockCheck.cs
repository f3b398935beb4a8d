using System.Globalization;
using Assist.Control;

namespace Assist.Daemon;

/// <summary>This machine's clock runs evenly, and its time zone stays. A log's age is judged by both.</summary>
internal sealed class ClockCheck(TimeProvider time) : IHealthCheck
{
    // NTP slews less; a step of this size moves logs into the future or towards staleness.
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(10);

    // Long enough for somebody to read it; what it does to logs is a problem of its own.
    private static readonly TimeSpan s_told = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private (DateTimeOffset Date, TimeSpan At) _last = (time.GetUtcNow(), time.GetElapsedTime(0));
    private (string Text, TimeSpan At)? _step;
    private (string Text, TimeSpan At)? _zone;

    public void Observe(TableReading table)
    {
        lock (_gate)
        {
            var (date, now) = (time.GetUtcNow(), time.GetElapsedTime(0));
            var step = date - _last.Date - (now - _last.At);
            if (step.Duration() >= s_step) _step = (Moved(step, date), now);
            _last = (date, now);
        }
    }

    /// <summary>The system's time zone is another one now.</summary>
    public void ZoneChanged(string zone)
    {
        lock (_gate)
            _zone = ($"the time zone of this machine was changed to {zone}; `firewall.clock: local` follows it: "
                + "check that the firewall's time stamps are in that zone", time.GetElapsedTime(0));
    }

    public IEnumerable<Finding> Look(TableReading table)
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(0);
            List<Finding> findings = [];
            if (_step is { } step && now - step.At < s_told)
                findings.Add(Finding.Problem(HealthKind.ClockMoved, step.Text));
            if (_zone is { } zone && now - zone.At < s_told)
                findings.Add(Finding.Problem(HealthKind.ZoneChanged, zone.Text));
            return findings;
        }
    }

    private static string Moved(TimeSpan step, DateTimeOffset date) => string.Create(
        CultureInfo.InvariantCulture,
        $"the clock of this machine was moved by {step.TotalSeconds:+0;-0} s to {date:u}; if logs are stale now, "
        + $"compare it with the firewall's");
}
