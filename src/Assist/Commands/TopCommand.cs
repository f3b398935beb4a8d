using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assist.Control;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist top`: who has most drops, bypasses, packets and bytes of late.</summary>
internal static class TopCommand
{
    private const int RowsOfOne = 20;
    private const int RowsOfAll = 5;
    private const int NameWidth = 36;

    private static readonly string[] s_lists = ["rules", "sources", "destinations", "applications", "senders"];

    private static readonly Option<int?> s_last = new("--last")
    {
        Description = $"How many of each list at most; {RowsOfOne}, or {RowsOfAll} of all lists, unless told otherwise",
        HelpName = "COUNT",
    };

    public static Command Create()
    {
        var list = new Argument<string?>("LIST")
        {
            Description = $"{string.Join(", ", s_lists[..^1])} or {s_lists[^1]}; all of them unless one is named",
            Arity = ArgumentArity.ZeroOrOne,
        };
        list.AcceptOnlyFromAmong(s_lists);
        var over = Choice("--over", "The last minute, hour or day", TopQuestion.Hour, [.. TopQuestion.Spans.Keys]);
        var by = Choice("--by", "What the largest come first of", TopQuestion.Figures[0], [.. TopQuestion.Figures]);
        var json = SharedOptions.Json();
        var command = new Command(
            "top", "Shows the rules, sources, destinations, applications and senders with most drops, bypasses, "
                + "packets or bytes")
        {
            list, over, by, s_last, json, SharedOptions.Socket,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var one = parsed.GetValue(list);
            var question = new TopQuestion
            {
                Over = parsed.GetValue(over)!,
                By = parsed.GetValue(by)!,
                Last = parsed.GetValue(s_last) ?? (one is null ? RowsOfAll : RowsOfOne),
            };
            if (question.Fault() is { } fault) throw new CommandException($"--{fault}", ExitCode.Usage);
            return ShowAsync(parsed, one, question, parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static Option<string> Choice(string name, string description, string usual, string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, string? one, TopQuestion question, bool asJson, CancellationToken cancellation)
    {
        var request = new ControlRequest { Command = "top", Top = question };
        if (await ControlPlace.Of(parsed).AskAsync(request, cancellation) is not { } answer)
            throw new CommandException("assist is not running, so nothing is remembered", ExitCode.NotRunning);
        if (answer.Top is not { } report)
            throw new CommandException(answer.Error ?? "the daemon sent no lists", ExitCode.NoAnswer);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(report, ControlJson.Default.TopReport));
        else Write(Console.Out, report, one);
        return ExitCode.Ok;
    }

    /// <param name="one">The only list to be shown; null shows all.</param>
    internal static void Write(TextWriter output, TopReport report, string? one)
    {
        output.WriteLine($"since {WallClock.Text(report.Since)}, most {report.By} first"
            + (report.Missed > 0 ? $"; {report.Missed} facts came too fast to be counted" : ""));
        foreach (var (name, list) in report.Lists())
            if (one is null || name == one) Write(output, name, list);
    }

    private static void Write(TextWriter output, string name, TopList list)
    {
        output.WriteLine();
        output.WriteLine($"{char.ToUpperInvariant(name[0]) + name[1..],-NameWidth} {"Drops",9} {"Bypasses",9} "
            + $"{"Packets",11} {"Bytes",10}");
        if (list.Rows.Count == 0) output.WriteLine("none");
        foreach (var row in list.Rows)
            output.WriteLine($"{Fit(row.Name)} {row.Drops,9} {row.Bypasses,9} {row.Packets,11} "
                + $"{Amount(row.Bytes),10}");
        var (error, parts) = (list.Error, new List<string>());
        if (error.Drops > 0) parts.Add($"{error.Drops} drops");
        if (error.Bypasses > 0) parts.Add($"{error.Bypasses} bypasses");
        if (error.Packets > 0) parts.Add($"{error.Packets} packets");
        if (error.Bytes > 0) parts.Add($"{Amount(error.Bytes)} bytes");
        if (parts.Count > 0) output.WriteLine($"each may be off by {string.Join(", ", parts)} at most");
    }

    private static string Fit(string text)
    {
        var printable = Printable.Of(text);
        return printable.Length <= NameWidth
            ? printable.PadRight(NameWidth) : string.Concat(printable.AsSpan(0, NameWidth - 1), "~");
    }

    // As 1.5G; decimal, as the field counts traffic.
    private static string Amount(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < 5) (value, unit) = (value / 1000, unit + 1);
        return unit == 0 ? $"{bytes}" : value.ToString("0.0", CultureInfo.InvariantCulture) + " kMGTP"[unit];
    }
}
