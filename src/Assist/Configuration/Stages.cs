using Assist.Flows;
using Assist.Guards;
using Assist.Pipeline;

namespace Assist.Configuration;

/// <summary>The stages from a message to a decision, as a configuration asks for them.</summary>
internal static class Stages
{
    /// <param name="actions">What the target can do, whatever the wiring.</param>
    public static Admission Admission(AssistConfig config, IEnumerable<FlowAction> actions) =>
        new(config.NeverDrop, actions.Where(action => action != FlowAction.Bypass || config.Decisions.CanBypass));

    public static DecisionPipeline Pipeline(AssistConfig config, Admission admission) =>
        new(Formats.Of(config), config.Decisions, admission, config.Table.DuplicateWindow);
}
