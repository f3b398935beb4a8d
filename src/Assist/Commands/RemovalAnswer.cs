using System.Text.Json;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>The end of an order that removes flows. The daemon answers at once; the switch's word is waited for
/// here.</summary>
internal sealed class RemovalAnswer(string socket, bool asJson)
{
    public async Task<int> FinishAsync(
        ControlResponse answer, CancellationToken cancellation, bool dryRun = false)
    {
        if (answer.Error is { } error) throw new CommandException(error, ExitCode.Failed);
        if (answer is { Confirmed: false, Problem: null })
        {
            var later = await ControlClient.AskAsync(
                socket, new ControlRequest { Command = "confirm" }, cancellation);
            answer = answer with { Confirmed = later?.Confirmed ?? false };
        }
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(answer, ControlJson.Default.ControlResponse));
        else if (answer.Deleted is not null) Show(answer, dryRun);
        if (answer.Problem is { } problem) throw new CommandException(problem, ExitCode.Failed);
        return answer.Confirmed == false
            ? throw new CommandException(ControlResponse.NotConfirmed, ExitCode.Failed) : ExitCode.Ok;
    }

    /// <summary>The names, and how many there are.</summary>
    /// <param name="more">What else the order has done, behind the count.</param>
    public static void Show(ControlResponse answer, bool dryRun, string more = "")
    {
        foreach (var name in answer.Deleted ?? []) Console.WriteLine(Printable.Of(name));
        var done = dryRun ? "would be removed" : answer.Confirmed == true ? "removed" : "asked to be removed";
        Console.WriteLine($"{Counted(answer)} {done}{Printable.Of(more)}");
    }

    // Such as "1 flow" or "3 entries".
    private static string Counted(ControlResponse answer)
    {
        var count = answer.Deleted?.Count ?? 0;
        return $"{count} " + (answer.AreEntries ? count == 1 ? "entry" : "entries" : count == 1 ? "flow" : "flows");
    }
}
