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
        foreach (var note in notes) SetupPlanText.Comment(asJson ? Console.Error : output, $"note: {note}");
        var byHand = plan.ByHand.Select(what => $"by hand: {what}").ToList();
        if (asJson)
        {
            output.WriteLine(SetupPlanText.Json([.. plan.Steps, .. byHand.Select(what => new SetupStep(what, []))]));
            return;
        }
        foreach (var what in byHand) SetupPlanText.Comment(output, what);
        if (plan.IsDone) output.WriteLine("nothing to do");
        foreach (var step in plan.Steps) SetupPlanText.Write(output, step);
        if (plan.Undo.Count == 0) return;
        SetupPlanText.Comment(output, "to take it back later:");
        foreach (var line in plan.Undo) SetupPlanText.Comment(output, $"  {line}");
    }
}
