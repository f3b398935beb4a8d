using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Logging;
using Assist.Outputs;

namespace Assist.Commands;

/// <summary>The command line: what there is, and how a fault becomes one line and an exit code.</summary>
internal static class AssistCommand
{
    private static readonly TimeSpan s_termination = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args, params IEnumerable<Command> more)
    {
        var parsed = Create(more).Parse(AskedForHelp(args));
        if (parsed.Errors.Count > 0)
        {
            // What was written and not understood says more than what is missing because of it.
            var error = parsed.Errors.FirstOrDefault(IsUnrecognized) ?? parsed.Errors[0];
            await Fail($"{error.Message}{Meant(parsed)} See `assist --help`.");
            return ExitCode.Usage;
        }
        var isVerbose = parsed.GetValue(SharedOptions.Verbose);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationOf(parsed),
            });
        }
        catch (CommandException e)
        {
            await Fail(isVerbose ? e.ToString() : e.Message);
            return e.ExitCode;
        }
        catch (NoAnswerException e)
        {
            await Fail(isVerbose ? e.ToString() : e.Message);
            return ExitCode.NoAnswer;
        }
        catch (Exception e) when (e is DaemonException or TargetException)
        {
            await Fail(isVerbose ? e.ToString() : e.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await Fail("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A pipe that its reader closed, a full disk: nothing of the program's own making.
            await Fail(isVerbose ? e.ToString() : IoFault.Text(e));
            return ExitCode.Failed;
        }
        catch (Exception e) when (!isVerbose)
        {
            // A defect of ours: still one line, and how to report it. With --verbose it goes its way.
            await Fail(
                $"internal error: {e.GetType().Name}: {e.Message}; please report it with the output of --verbose");
            return ExitCode.Failed;
        }
    }

    // What a command must still do after Ctrl-C takes its time.
    private static TimeSpan? TerminationOf(ParseResult parsed) =>
        RunCommand.IsDaemon(parsed) || parsed.CommandResult.Command.Name == LeaseGuardProcess.Command ? null
        : parsed.CommandResult.Command.Name == DoctorCommand.Name ? DoctorCommand.Termination : s_termination;

    // Bare `assist`, and `assist help COMMAND`, as other programs have them.
    private static string[] AskedForHelp(string[] args) => args switch
    {
        [] => ["--help"],
        ["help", .. var rest] => [.. rest, "--help"],
        _ => args,
    };

    private static string Meant(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var word, ..]) return "";
        var command = parsed.CommandResult.Command;
        var valid = word.StartsWith('-')
            ? command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(option => option.Name)
            : command.Subcommands.SelectMany(each => each.Aliases.Append(each.Name));
        return Nearest.Find(word, valid) is { } near ? $" Did you mean {near}?" : "";
    }

    private static bool IsUnrecognized(ParseError error) =>
        error.Message.StartsWith("Unrecognized", StringComparison.Ordinal);

    internal static RootCommand Create(IEnumerable<Command> more)
    {
        var root = new RootCommand(
            "Programs flows on an Arista switch from a firewall's syslog: drops sessions that the firewall denies, "
            + "lets sessions that it allows bypass it, and redirects others to it, by rules.");
        var groups = Groups(more);
        foreach (var command in groups.SelectMany(group => group.Commands)) root.Subcommands.Add(command);
        root.Subcommands.Add(FlowSpecGuardCommand.Create());
        root.Options.Add(SharedOptions.Config);
        root.Options.Add(SharedOptions.Set);
        root.Options.Add(SharedOptions.Verbose);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp((HelpAction)help.Action!, groups);
        return root;
    }

    // By what an operator wants.
    private static IReadOnlyList<CommandGroup> Groups(IEnumerable<Command> more) =>
    [
        new("Run", RunCommand.Create(), StartCommand.Create(), StopCommand.Create(), ReloadCommand.Create()),
        new("Look", StatusCommand.Create(), MonitorCommand.Create(), TopCommand.Create(), WhyCommand.Create(),
            WhyNotCommand.Create(), RefusedCommand.Create(), ReportCommand.Create(), AuditCommand.Create()),
        new("Act", DeleteCommand.Create(), AllowCommand.Create(), PauseCommand.Create(), PauseCommand.CreateResume(),
            PromoteCommand.Create(), LogLevelCommand.Create()),
        new("Take back", UndoCommand.Create(), PauseCommand.CreatePanic(), SetupCommand.CreateUnsetup(),
            ClosePortsCommand.Create()),
        new("Try", [CheckCommand.Create(), DoctorCommand.Create(), ExplainCommand.Create(), ReplayCommand.Create(),
            .. more]),
        new("Set up", InitCommand.Create(), ImportCommand.Create(), SetupCommand.Create(), SetupCommand.CreateAndRun(),
            SetupCommand.CreateAndStart(), CompletionCommand.Create()),
    ];

    private static async Task Fail(string message)
    {
        try
        {
            var line = $"assist: {Printable.Of(message)}";
            await Task.Run(() => Console.Error.WriteLine(line)).WaitAsync(s_termination);
        }
        catch (Exception)
        {
            // Standard error is full, closed or not read, and there is nowhere else to say it but the exit code.
        }
    }
}

internal static class ExitCode
{
    /// <summary>Done; of <c>status</c>: healthy.</summary>
    public const int Ok = 0;

    /// <summary>Not done, or not wholly; of <c>status</c>: degraded.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or configuration.</summary>
    public const int Usage = 2;
    public const int NotRunning = 3;

    /// <summary>The daemon runs and cannot be asked: no permission, or no answer.</summary>
    public const int NoAnswer = 5;

    /// <summary>`setup` or `unsetup` have something to do: with --plan, or because nobody agreed to it.</summary>
    public const int ChangesDue = 4;

    /// <summary>Ctrl-C before the work was done: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;
}

/// <summary>A command cannot do its work; the message is one line with the way out.</summary>
internal sealed class CommandException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
