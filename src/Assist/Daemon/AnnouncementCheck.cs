using Assist.Control;

namespace Assist.Daemon;

/// <summary>The engine of BGP answers, and has neighbours that take rules.</summary>
internal sealed class AnnouncementCheck(Announcements announcements) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (announcements.Fault is { } fault)
        {
            yield return Finding.Problem(HealthKind.FlowSpec, $"drops are not announced: {fault}");
            yield break;
        }
        if (announcements.LeaseFault is { } unguarded)
            yield return Problem("lease", $"announced rules would outlive a daemon that dies: {unguarded}");
        if (announcements.Refused is [var refused, ..])
            yield return Problem("refused",
                $"{announcements.Refused.Count} drops are not announced, such as {refused.Name}: {refused.Reason}");
        var neighbors = announcements.Neighbors;
        if (!neighbors.Any(neighbor => neighbor is { IsEstablished: true, CarriesFlowSpec: true }))
            yield return Finding.Problem(HealthKind.FlowSpec,
                "drops are announced to nobody: the engine has no neighbour with a session for FlowSpec rules; look at "
                + "`gobgp neighbor`");
        else
            foreach (var neighbor in neighbors.Where(each => each is { IsEstablished: false, CarriesFlowSpec: true }))
                yield return Problem(neighbor.Address,
                    $"the engine has no session with {neighbor.Address} ({neighbor.State.Replace('_', ' ')}), which "
                    + "gets no rule: look at `gobgp neighbor`, and there whether its limit of prefixes was reached");
        foreach (var neighbor in neighbors.Where(neighbor => neighbor.KeepsStale))
            yield return Finding.Notice("flow_spec_graceful_restart",
                $"graceful restart is on for {neighbor.Address}: a rule would stay there after the engine has died; "
                + "turn it off for the FlowSpec families");
    }

    private static Finding Problem(string subject, string text) =>
        Finding.Problem(HealthKind.FlowSpec, text) with { Subject = subject };
}
