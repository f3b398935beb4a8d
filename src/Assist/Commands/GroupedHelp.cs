using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Assist.Commands;

/// <summary>Commands that an operator wants for one purpose.</summary>
internal sealed record CommandGroup(string Purpose, params IReadOnlyList<Command> Commands);

/// <summary>The help of the program itself: its commands by what an operator wants. Each command's own help is the
/// library's.</summary>
internal sealed class GroupedHelp(HelpAction ordinary, IReadOnlyList<CommandGroup> groups)
    : SynchronousCommandLineAction
{
    private const int Unlimited = int.MaxValue;
    private const int LeastText = 30;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root) return ordinary.Invoke(parseResult);
        var width = Console.IsOutputRedirected ? Unlimited : Console.WindowWidth;
        Write(parseResult.InvocationConfiguration.Output, root, width);
        return ExitCode.Ok;
    }

    private void Write(TextWriter output, RootCommand root, int width)
    {
        output.WriteLine("Description:");
        foreach (var line in Wrapped(root.Description ?? "", width - 2)) output.WriteLine($"  {line}");
        output.WriteLine("\nUsage:\n  assist [command] [options]\n\nOptions:");
        WriteRows(output, [.. root.Options.Select(Row)], width);
        output.WriteLine("\nCommands:");
        var all = groups.SelectMany(group => group.Commands).Max(command => NamesOf(command).Length);
        foreach (var group in groups)
        {
            output.WriteLine($"{group.Purpose}:");
            WriteRows(output, [.. group.Commands.Select(Row)], width, all);
        }
        output.WriteLine("\n`assist COMMAND --help` tells the options of a command.");
    }

    private static (string Names, string Text) Row(Option option)
    {
        // Also /? and /h are taken; they are another system's.
        var names = string.Join(", ", option.Aliases.Append(option.Name).Where(name => name.StartsWith('-'))
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal));
        return (option.HelpName is { } value ? $"{names} <{value}>" : names, option.Description ?? "");
    }

    private static (string Names, string Text) Row(Command command) => (NamesOf(command), command.Description ?? "");

    private static string NamesOf(Command command) => string.Join(", ", command.Aliases.Prepend(command.Name));

    private static void WriteRows(
        TextWriter output, IReadOnlyList<(string Names, string Text)> rows, int width, int least = 0)
    {
        var column = Math.Max(least, rows.Max(row => row.Names.Length)) + 4;
        foreach (var (names, text) in rows)
        {
            var lead = $"  {names}".PadRight(column);
            foreach (var line in Wrapped(text, width - column))
            {
                output.WriteLine(lead + line);
                lead = new string(' ', column);
            }
        }
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        var rest = text;
        while (rest.Length > Math.Max(width, LeastText))
        {
            var end = rest.LastIndexOf(' ', Math.Max(width, LeastText));
            if (end <= 0) break;
            yield return rest[..end];
            rest = rest[(end + 1)..];
        }
        yield return rest;
    }
}
