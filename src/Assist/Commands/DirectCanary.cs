using System.Diagnostics;
using Assist.Configuration;
using Assist.Control;
using Assist.Daemon;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>Programs the canary without a daemon, reads it back, and removes it whatever happens between.</summary>
internal sealed class DirectCanary(AssistConfig config, EapiClient eapi)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    public async Task<CanaryReport> RunAsync(CancellationToken cancellation)
    {
        var target = SwitchTargets.Target(config, eapi, TimeProvider.System);
        var entries = target.Planner.Plan(Canary.For(config.Table));
        var start = Stopwatch.GetTimestamp();
        string? fault;
        bool isGone;
        try
        {
            fault = await ProgramAsync(target, [.. entries], start, cancellation);
        }
        catch (TargetException e)
        {
            fault = e.Message;
        }
        finally
        {
            // Also after Ctrl-C, which has cancelled everything else.
            isGone = await RemoveAsync(target, [.. entries.Select(entry => entry.Key)]);
        }
        return new CanaryReport(
            fault is null, isGone, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds, fault);
    }

    private static async Task<string?> ProgramAsync(
        IFlowTarget target, IReadOnlyList<TargetEntry> entries, long start, CancellationToken cancellation)
    {
        var results = await target.ApplyAsync([new FlowChange { Install = entries }], cancellation);
        if (results[0].Status == ChangeStatus.Rejected) return $"the switch refused it: {results[0].Reason}";
        while (true)
        {
            var installed = await target.ReadAsync(cancellation);
            var found = installed.Entries.FirstOrDefault(entry => entry.Key == entries[0].Key);
            if (found?.Status == EntryStatus.Programmed) return null;
            if (found?.Status == EntryStatus.Rejected) return $"the switch refused it: {found.StatusText}";
            if (Stopwatch.GetElapsedTime(start) > FlowTable.ProgrammingGrace)
                return found is null ? "the switch took it and does not list it"
                    : $"the switch has not programmed it for {FlowTable.ProgrammingGrace.TotalSeconds:0} s: "
                        + found.StatusText;
            await Task.Delay(s_look, cancellation);
        }
    }

    private static async Task<bool> RemoveAsync(IFlowTarget target, IReadOnlyList<string> keys)
    {
        try
        {
            await target.ApplyAsync([new FlowChange { Remove = keys }], CancellationToken.None);
            var left = await target.ReadAsync(CancellationToken.None);
            return left.IsComplete && !left.Entries.Any(entry => keys.Contains(entry.Key));
        }
        catch (TargetException)
        {
            return false;
        }
    }
}
