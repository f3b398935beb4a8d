using Assist.Flows;

namespace Assist.Configuration;

/// <summary>flows.escalation: how much longer a drop lives that comes back.</summary>
internal sealed class EscalationReader(Diagnostics faults)
{
    private const int MaxSteps = 16;
    private const string Example = "such as [10m, 1h, 24h, 7d]";

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);

    public EscalationOptions Read(Section flows)
    {
        if (flows.Find("escalation") is not { } entry) return new EscalationOptions();
        var section = flows.Sub("escalation");
        var read = new EscalationOptions
        {
            Steps = Steps(section),
            Forget = section.Duration("forget", new EscalationOptions().Forget, s_hour, s_year),
        };
        section.Done();
        if (entry.Value.Kind == NodeKind.Map && section.Find("steps") is null or { Value.IsEmpty: true })
            faults.Error(entry.At, $"flows.escalation needs steps, {Example}; "
                + "remove it, or write steps: [] to escalate no drop");
        return read;
    }

    private TimeSpan[] Steps(Section section)
    {
        var steps = section.Durations("steps", s_second, EscalationOptions.LongestLease);
        if (steps.Count > MaxSteps)
            faults.Error(
                steps[MaxSteps].At, $"{section.PathOf("steps")}: {steps.Count} steps are more than {MaxSteps}");
        foreach (var (before, step) in steps.Zip(steps.Skip(1)))
            if (step.Value <= before.Value)
                faults.Error(step.At, $"{section.PathOf("steps")}: {Units.Write(step.Value)} "
                    + "is not longer than the step before it, "
                    + Units.Write(before.Value));
        return [.. steps.Select(step => step.Value)];
    }
}
