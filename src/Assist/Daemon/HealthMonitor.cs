using Assist.Control;
using Assist.Enforcement;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>All health checks, in the order in which status tells what they find.</summary>
internal sealed class Health(FlowController controller, IReadOnlyList<IHealthCheck> checks)
{
    public (IReadOnlyList<Finding> Findings, TableReading Table) Look()
    {
        var table = TableReading.Of(controller);
        return ([.. checks.SelectMany(check => check.Look(table))], table);
    }

    /// <summary>Monotonic, on the clock of the table's events.</summary>
    public TimeSpan Now => controller.Now;

    /// <summary>Lets the checks see what they judge over time. To be called every few seconds, by one caller.</summary>
    public void Observe()
    {
        var table = TableReading.Of(controller);
        foreach (var check in checks) check.Observe(table);
    }
}

/// <summary>Looks after the daemon's health between the questions of an operator: each problem is one event when it
/// begins and one when it is over, and most have a line of the log at both.</summary>
internal sealed partial class HealthMonitor(
    Health health, FlowEvents events, SystemZone zone, Func<Task> zoneChanged, TimeProvider time,
    ILogger<HealthMonitor> log)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // The log has them from where they happen, or they are about the log itself.
    private static readonly HashSet<string> s_toldElsewhere = new(StringComparer.Ordinal)
    {
        HealthKind.Paused, HealthKind.PauseNotKept, HealthKind.AllowancesNotKept, HealthKind.Switch,
        HealthKind.StateUnknown, HealthKind.StaticFlowsMissing, HealthKind.Log, HealthKind.Audit, HealthKind.Events,
        HealthKind.TableShort, HealthKind.TableFull, HealthKind.Configuration,
    };

    /// <summary>Asked each time: what was protected for a time may be over.</summary>
    public Func<Task> EndProtection { get; init; } = () => Task.CompletedTask;

    // By kind and subject; since when.
    private Dictionary<(string Kind, string Subject), TimeSpan> _current = [];

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellation);
            await LookAsync();
        }
    }

    public async Task LookAsync()
    {
        if (zone.HasChanged()) await zoneChanged();
        await EndProtection();
        health.Observe();
        var (before, now) = (_current, time.GetElapsedTime(0));
        var problems = health.Look().Findings
            .Where(found => found.IsProblem).DistinctBy(found => (found.Kind, found.Subject)).ToList();
        _current = problems.ToDictionary(
            found => (found.Kind, found.Subject), found => before.GetValueOrDefault((found.Kind, found.Subject), now));
        foreach (var found in problems.Where(found => !before.ContainsKey((found.Kind, found.Subject))))
            Tell(found);
        foreach (var ((kind, subject), since) in before.Where(pair => !_current.ContainsKey(pair.Key)))
            TellEnd(kind, subject, now - since);
    }

    private void Tell(in Finding found)
    {
        events.Publish(new FlowEvent(FlowEventKind.ProblemBegan, health.Now)
        {
            Problem = found.Kind,
            Reason = found.Text,
        });
        if (!s_toldElsewhere.Contains(found.Kind)) Begins(log, found.Kind, found.Text);
    }

    private void TellEnd(string kind, string subject, TimeSpan lasted)
    {
        events.Publish(new FlowEvent(FlowEventKind.ProblemOver, health.Now)
        {
            Problem = kind,
            Reason = subject,
            Lasted = lasted,
        });
        if (!s_toldElsewhere.Contains(kind))
            IsOver(log, kind, subject.Length == 0 ? "" : $" ({subject})", lasted.TotalSeconds);
    }

    [LoggerMessage(EventId = 670, Level = LogLevel.Warning, Message = "problem {Kind}: {Text}")]
    private static partial void Begins(ILogger log, string kind, string text);

    [LoggerMessage(EventId = 671, Level = LogLevel.Information, Message =
        "problem {Kind}{Subject} is over after {Seconds:0} s")]
    private static partial void IsOver(ILogger log, string kind, string subject, double seconds);
}
