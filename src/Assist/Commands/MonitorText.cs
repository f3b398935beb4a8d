using System.Globalization;
using Assist.Control;
using Assist.Flows;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>The flows as a table that fits the terminal.</summary>
internal static class MonitorText
{
    private const int StateWidth = 12;
    private const int OtherColumns = StateWidth + 1 + 11 + 1 + 3 + 1 + 12 + 1;
    private const int RateColumn = 11;
    private const int SmallestName = 20;
    private const int EndedShownS = 60;
    private const int MostEnded = 10;
    private const int DefaultWidth = 120;

    public static int TerminalWidth()
    {
        if (Console.IsOutputRedirected) return DefaultWidth;
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : DefaultWidth;
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }

    public static void Write(TextWriter output, ControlResponse view, int width)
    {
        if (view.Error is { } error) throw new CommandException(error, ExitCode.Failed);
        if (view.Problem is { } problem)
            output.WriteLine($"! the switch cannot be worked with, this may be out of date: {Printable.Of(problem)}");
        if (view.Paused is { } pause) output.WriteLine($"! {Printable.Of(pause.ToString())}: verdicts are not acted on");
        if (view.Table is { } table) StatusText.WriteTable(output, table);
        var flows = view.Flows ?? [];
        var hasRate = width >= SmallestName + OtherColumns + RateColumn + 20;
        var name = Math.Max(SmallestName, width - OtherColumns - (hasRate ? RateColumn : 0));
        output.WriteLine($"{"Flow".PadRight(name)} {"State",-StateWidth} {"Matched",11}{(hasRate ? "    Pkt/min" : "")} {"Pri",3} {"Hard|Idle",12}");
        foreach (var flow in flows)
        {
            var timeouts = $"{flow.HardTimeoutS}|{flow.IdleTimeoutS}";
            var repeats = flow.Escalation is { } level ? $" x{level + 1}" : "";
            output.WriteLine($"{Fit(flow.Name, name - repeats.Length)}{repeats} {Fit(flow.State, StateWidth)} {flow.Packets,11}{(hasRate ? $" {Rate(flow),10}" : "")} {flow.Priority,3} {timeouts,12}");
        }
        if (flows.Count == 0) output.WriteLine("no flows");
        var ended = (view.Ended ?? []).Where(flow => flow.EndedAgoS < EndedShownS).Take(MostEnded).ToList();
        if (ended.Count > 0) output.WriteLine("Ended in the last minute");
        foreach (var flow in ended) output.WriteLine($"{Fit(flow.Name, name)} {Fit(flow.State, StateWidth)} {flow.EndedAgoS,3} s ago");
    }

    private static string Rate(FlowStatus flow) => flow.PacketsPerMinute?.ToString("0", CultureInfo.InvariantCulture) ?? "";

    private static string Fit(string text, int width)
    {
        var printable = Printable.Of(text);
        return printable.Length <= width ? printable.PadRight(width) : string.Concat(printable.AsSpan(0, width - 1), "~");
    }
}
