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
        // Without the mode for it a bypass is inactive.
        foreach (var rule in config.Decisions.Rules)
        {
            if (rule.Action == RuleAction.Bypass && !config.Decisions.CanBypass) continue;
            if (!CanDo(capabilities, rule.Action))
                throw new DaemonException(
                    $"rule {rule.Name}: {capabilities.Name} cannot {rule.Action.ToString().ToLowerInvariant()}");
            if (rule.Action == RuleAction.Drop && capabilities.Shapes is [_, ..] shapes && !shapes.Contains(rule.Match))
                throw new DaemonException(
                    $"rule {rule.Name}: with traffic_policy.into drops are by source or by destination alone; write "
                    + "match: [src_ip] or match: [dst_ip], or let assist have a policy of its own");
        }
    }

    public static TableOptions TableOptions(AssistConfig config, TargetCapabilities capabilities) => config.Table with
    {
        Capacity = config.Table.Capacity ?? capabilities.Size,
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
        var planner = SwitchTargets.Planner(config);
        var admission = Admission(config, planner.Capabilities.Actions);
        return new ReplaySetup(
            Pipeline(config, admission), planner, TableOptions(config, planner.Capabilities), admission.MayStay,
            config.Listeners[0].Transport)
        {
            Others = SwitchTargets.IsTrafficPolicy(config) ? [] : StaticFlows.For(config.Topology),
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
