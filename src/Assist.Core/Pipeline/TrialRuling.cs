using Assist.Flows;
using Assist.Rules;

namespace Assist.Pipeline;

/// <summary>What a rule on trial would make of a message, with what the guards say to it.</summary>
/// <param name="Ruling">As if the rule acted and no rule before it had fired.</param>
internal readonly record struct TrialRuling(Ruling Ruling, FlowIdentity Flow)
{
    public Decision Decision => new(Ruling.Outcome, Ruling.Reason, Ruling.Rule!.Name);

    /// <summary>The ruling of the rules that act. Those on trial change it only where no rule fired and one of them
    /// would have acted, which then is the message's outcome.</summary>
    public static Ruling Beside(in Ruling acting, IReadOnlyList<TrialRuling> trials)
    {
        if (acting.Outcome != Outcome.NoRule) return acting;
        foreach (var trial in trials)
            if (trial.Ruling.AsksForFlow)
                return acting with { Outcome = Outcome.Shadow, Reason = Reason.OnlyOnTrial };
        return acting;
    }
}
