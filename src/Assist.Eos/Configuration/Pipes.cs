using System.Text.RegularExpressions;

namespace Assist.Eos;

/// <summary>`| grep X`, `| include X`, `| section X` behind a show command.</summary>
internal static class Pipes
{
    public static (string Command, string? Pipe) Split(string command) =>
        command.IndexOf('|') is >= 0 and var at ? (command[..at].Trim(), command[(at + 1)..].Trim()) : (command, null);

    public static string Apply(string text, string pipe, int token)
    {
        var words = pipe.Split(' ', 2, StringSplitOptions.TrimEntries);
        var (word, pattern) = (words[0], words.Length > 1 ? words[1] : "");
        if (pattern.Length == 0) throw CliError.IncompleteCommand(token, word);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return word switch
        {
            "grep" or "include" => Joined(Matching(lines, pattern)),
            "section" => Joined(Sections(lines, pattern)),
            _ => throw CliError.Invalid(token, word),
        };
    }

    /// <summary>Each matching line with the lines it stands under and the lines under it.</summary>
    public static List<string> Sections(IReadOnlyList<string> lines, string pattern)
    {
        var regex = Expression(pattern);
        var (kept, above, inside) = (new List<string>(), new Stack<(int Indent, string Line)>(), int.MaxValue);
        foreach (var line in lines)
        {
            var indent = line.Length - line.TrimStart().Length;
            if (indent <= inside) inside = int.MaxValue;
            while (above.Count > 0 && above.Peek().Indent >= indent) above.Pop();
            if (inside != int.MaxValue) kept.Add(line);
            else if (regex.IsMatch(line))
            {
                inside = indent;
                kept.AddRange(above.Reverse().Select(a => a.Line).Where(l => !kept.Contains(l)));
                kept.Add(line);
            }

            above.Push((indent, line));
        }

        return kept;
    }

    public static string Joined(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static IEnumerable<string> Matching(string[] lines, string pattern)
    {
        var regex = Expression(pattern);
        return lines.Where(line => regex.IsMatch(line));
    }

    private static Regex Expression(string pattern)
    {
        try
        {
            return new Regex(pattern.Trim('"', '\''), RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200));
        }
        catch (ArgumentException)
        {
            throw CliError.CouldNotRun($"Invalid regular expression: {pattern}");
        }
    }
}
