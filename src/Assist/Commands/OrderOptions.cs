using System.CommandLine;
using Assist.Configuration;

namespace Assist.Commands;

/// <summary>What goes with an operator's order: for how long, and why.</summary>
internal static class OrderOptions
{
    private const int MaxReason = 200;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    public static Option<string?> Reason(string description) =>
        new("--reason") { Description = description, HelpName = "TEXT" };

    public static Option<string?> Time(string name, string description) =>
        new(name) { Description = description, HelpName = "TIME" };

    /// <summary>The operator's own words; null where none were given.</summary>
    public static string? ReasonOf(ParseResult parsed, Option<string?> option)
    {
        var words = parsed.GetValue(option);
        if (words is not null && (words.Length > MaxReason || words.Any(char.IsControl)))
            throw new CommandException(
                $"{option.Name} takes one line of at most {MaxReason} characters", ExitCode.Usage);
        return words;
    }

    /// <summary>In seconds; null where it was not given.</summary>
    public static long? SecondsOf(ParseResult parsed, Option<string?> option, TimeSpan longest)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return Units.TryDuration(text, out var time) && time >= s_shortest && time <= longest
            ? (long)time.TotalSeconds
            : throw new CommandException(
                $"{option.Name} takes a time from 1s to {Units.Write(longest)}, such as 30m or 2h", ExitCode.Usage);
    }
}
