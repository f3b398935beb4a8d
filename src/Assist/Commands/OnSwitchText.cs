using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.OnSwitch;

namespace Assist.Commands;

/// <summary>What `setup eos` prints: comments of EOS, and between them the lines that the switch does not
/// have.</summary>
internal static class OnSwitchText
{
    public static void Write(OnSwitchPlan plan, IEnumerable<string> notes, bool asJson)
    {
        var output = Console.Out;
        // JSON has the steps only.
        var aside = asJson ? Console.Error : output;
        foreach (var note in notes) SetupPlanText.Comment(aside, $"note: {note}");
        foreach (var byHand in plan.ByHand) SetupPlanText.Comment(aside, $"by hand: {byHand}");
        SetupPlanText.Write(output, new SetupPlan([], plan.Steps), asJson);
        if (asJson || plan.Undo.Count == 0) return;
        SetupPlanText.Comment(output, "to take it back later:");
        foreach (var line in plan.Undo) SetupPlanText.Comment(output, $"  {line}");
    }
}
