using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Pipeline;
using Assist.Replay;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>The stages from a message to a decision, as a configuration asks for them.</summary>
internal static class Stages
{
    /// <param name="actions">What the target can do, whatever the wiring.</param>
    /// <param name="allowed">What an operator allows while the daemon runs.</param>
    /// <param name="learnt">What is learnt from the switch while the daemon runs.</param>
    public static Admission Admission(
        AssistConfig config, IEnumerable<FlowAction> actions, ChangingAddresses? allowed = null,
        ChangingAddresses? learnt = null) => new(
        config.NeverDrop, actions.Where(action => action != FlowAction.Bypass || config.Decisions.CanBypass), allowed,
        config.Protect.Learn.IsOn ? learnt : null);

    /// <exception cref="DaemonException">The switch cannot do what a rule asks for.</exception>
    public static void RefuseWhatCannotBeDone(AssistConfig config, TargetCapabilities capabilities)
    {
        if (config.Decisions.Rules.FirstOrDefault(rule => !CanDo(capabilities, rule.Action)) is { } rule)
            throw new DaemonException(
                $"rule {rule.Name}: {capabilities.Name} cannot {rule.Action.ToString().ToLowerInvariant()}");
    }

    public static TableOptions TableOptions(AssistConfig config, TargetCapabilities capabilities) => config.Table with
    {
        SwitchEndsEntries = config.Table.SwitchEndsEntries && capabilities.ExpiresEntries,
        Lifetimes = action => config.Decisions.Lifetimes.Of(action).Timeouts,
    };

    public static DecisionPipeline Pipeline(AssistConfig config, Admission admission) =>
        new(Formats.Of(config), config.Decisions, admission, config.Table.DuplicateWindow)
        {
            Pins = new SenderPins(config.Syslog.Pins),
        };

    /// <summary>All that a log is replayed against. The static flows of the wiring take room, as they do on the
    /// switch.</summary>
    public static ReplaySetup Replay(AssistConfig config)
    {
        var planner = new FlowPlanner(config.Topology);
        var admission = Admission(config, planner.Capabilities.Actions);
        return new ReplaySetup(
            Pipeline(config, admission), planner, TableOptions(config, planner.Capabilities), admission.MayStay,
            config.Listeners[0].Transport)
        {
            Others = StaticFlows.For(config.Topology),
            Escalation = config.Escalation.IsOn ? new Escalation(config.Escalation) : null,
        };
    }

    private static bool CanDo(TargetCapabilities capabilities, RuleAction action) => action switch
    {
        RuleAction.Drop => capabilities.Actions.Contains(FlowAction.Drop),
        RuleAction.Bypass => capabilities.Actions.Contains(FlowAction.Bypass),
        RuleAction.Redirect => capabilities.Actions.Contains(FlowAction.Redirect),
        _ => true,
    };
}
