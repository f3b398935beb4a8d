using System.Globalization;
using Assist.Control;
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
            output.WriteLine($"! the switch is not available, so this may be out of date: {Printable.Of(problem)}");
        if (view.Paused is { } pause)
            output.WriteLine($"! {Printable.Of(pause.ToString())}: verdicts are not acted on");
        if (view.Table is { } table) StatusText.WriteTable(output, table);
        WriteFlows(output, view.Flows ?? [], new Columns(width));
        WriteEnded(output, view.Ended ?? [], new Columns(width));
    }

    private static void WriteFlows(TextWriter output, IReadOnlyList<FlowStatus> flows, Columns columns)
    {
        var rateTitle = columns.HasRate ? "    Pkt/min" : "";
        output.WriteLine($"{"Flow".PadRight(columns.Name)} {"State",-StateWidth} {"Matched",11}{rateTitle} "
            + $"{"Pri",3} {"Hard|Idle",12}");
        foreach (var flow in flows)
        {
            var repeats = flow.Escalation is { } level ? $" x{level + 1}" : "";
            var name = Fit(flow.Name, columns.Name - repeats.Length) + repeats;
            var rate = columns.HasRate ? $" {Rate(flow),10}" : "";
            var timeouts = $"{flow.HardTimeoutS}|{flow.IdleTimeoutS}";
            output.WriteLine($"{name} {Fit(flow.State, StateWidth)} {flow.Packets,11}{rate} "
                + $"{flow.Priority,3} {timeouts,12}");
        }
        if (flows.Count == 0) output.WriteLine("no flows");
    }

    private static void WriteEnded(TextWriter output, IReadOnlyList<FlowStatus> flows, Columns columns)
    {
        var ended = flows.Where(flow => flow.EndedAgoS < EndedShownS).Take(MostEnded).ToList();
        if (ended.Count > 0) output.WriteLine("Ended in the last minute");
        foreach (var flow in ended)
            output.WriteLine(
                $"{Fit(flow.Name, columns.Name)} {Fit(flow.State, StateWidth)} {flow.EndedAgoS,3} s ago");
    }

    private static string Rate(FlowStatus flow) =>
        flow.PacketsPerMinute?.ToString("0", CultureInfo.InvariantCulture) ?? "";

    private static string Fit(string text, int width)
    {
        var printable = Printable.Of(text);
        return printable.Length <= width
            ? printable.PadRight(width)
            : string.Concat(printable.AsSpan(0, width - 1), "~");
    }

    /// <summary>What of the terminal's width the name gets; the rate has a column where both have room.</summary>
    private readonly record struct Columns(int Width)
    {
        public bool HasRate => Width >= SmallestName + OtherColumns + RateColumn + 20;

        public int Name => Math.Max(SmallestName, Width - OtherColumns - (HasRate ? RateColumn : 0));
    }
}
