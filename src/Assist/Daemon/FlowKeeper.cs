using Assist.Configuration;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Rules;
using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Takes over a restart what the switch does not say of its flows: which rule asked for them, and when they
/// end. What goes wrong with the file costs that and nothing else.</summary>
internal sealed partial class FlowKeeper(
    FlowFile file, FlowController controller, TimeProvider time, ILogger<FlowKeeper> log)
{
    /// <summary>They are written as often at most: the file may stand on flash.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Two computations of one moment by two clocks.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(1);

    private Dictionary<FlowIdentity, KeptFlow> _written = [];
    private volatile string? _fault;

    /// <summary>Why flows would forget their rules at a restart; null where they would not.</summary>
    public string? Fault => _fault;

    /// <summary>To be called before the table has an owner.</summary>
    /// <param name="rules">Those in force: a flow that none of them asks for is not taken over.</param>
    public void Load(IReadOnlyList<RuleOptions> rules)
    {
        try
        {
            var kept = file.Read(time.GetUtcNow().UtcDateTime, controller.Now);
            var memory = new FlowMemory(kept.Select(flow =>
                new RememberedFlow(flow.Verdict, flow.EndsAt, IsWanted(flow.Verdict, rules))
                {
                    BegunAt = flow.BegunAt,
                }));
            controller.Order(table => table.Remember(memory));
        }
        catch (StateFileException e)
        {
            NotLoaded(log, e.Message);
        }
    }

    /// <summary>Writes what has changed until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stopping);
            Write();
        }
    }

    /// <summary>Writes what has changed; not beside <see cref="RunAsync"/>.</summary>
    public void Write()
    {
        var flows = controller.View.Flows.Where(flow => flow.State == FlowState.Programmed)
            .Take(FlowFile.MaxFlows).ToDictionary(
                flow => flow.Verdict.Flow, flow => new KeptFlow(flow.Verdict, flow.ExpiresAt)
                {
                    BegunAt = flow.BegunAt,
                });
        if (flows.Count == _written.Count && flows.All(flow => IsWritten(flow.Value))) return;
        try
        {
            file.Write(flows.Values, time.GetUtcNow().UtcDateTime, controller.Now);
            _written = flows;
            if (_fault is not null) WrittenAgain(log);
            _fault = null;
        }
        catch (StateFileException e)
        {
            if (_fault is null) NotWritten(log, e.Message);
            _fault = e.Message;
        }
    }

    private bool IsWritten(in KeptFlow flow) =>
        _written.TryGetValue(flow.Verdict.Flow, out var written) && written.Verdict.Rule == flow.Verdict.Rule
        && (written.EndsAt - flow.EndsAt).Duration() < s_slack;

    // A flow that was adopted after a kill has no rule that could be gone.
    private static bool IsWanted(Verdict verdict, IReadOnlyList<RuleOptions> rules) =>
        verdict.Rule == Verdict.UnknownRule || rules.Any(rule => AsksFor(rule, verdict));

    private static bool AsksFor(RuleOptions rule, in Verdict verdict) =>
        rule.Name == verdict.Rule && !rule.Shadow && rule.Action == verdict.Flow.Action switch
        {
            FlowAction.Drop => RuleAction.Drop,
            FlowAction.Bypass => RuleAction.Bypass,
            _ => RuleAction.Redirect,
        };

    [LoggerMessage(EventId = 691, Level = LogLevel.Warning, Message =
        "flows of the last run are taken over without their rules: {Reason}")]
    private static partial void NotLoaded(ILogger log, string reason);

    [LoggerMessage(EventId = 692, Level = LogLevel.Warning, Message =
        "a restart will not know which rules asked for the flows: {Reason}; retrying")]
    private static partial void NotWritten(ILogger log, string reason);

    [LoggerMessage(EventId = 693, Level = LogLevel.Information, Message =
        "a restart will know again which rules asked for the flows")]
    private static partial void WrittenAgain(ILogger log);
}

/// <summary>What is known of the flows is kept.</summary>
internal sealed class FlowKeeperCheck(FlowKeeper keeper) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (keeper.Fault is { } fault)
            yield return Finding.Notice(
                "flows_not_kept", $"a restart will not know which rules asked for the flows: {fault}");
    }
}
