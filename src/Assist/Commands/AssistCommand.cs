using System.CommandLine;
using Assist.Logging;
using Assist.Outputs;

namespace Assist.Commands;

/// <summary>The command line: what there is, and how a fault becomes one line and an exit code.</summary>
internal static class AssistCommand
{
    private static readonly TimeSpan s_termination = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args, params IEnumerable<Command> more)
    {
        var parsed = Create(more).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // What was written and not understood says more than what is missing because of it.
            var error = parsed.Errors.FirstOrDefault(each => each.Message.StartsWith("Unrecognized", StringComparison.Ordinal)) ?? parsed.Errors[0];
            await Fail($"{error.Message} See `assist --help`.");
            return ExitCode.Usage;
        }
        var isVerbose = parsed.GetValue(SharedOptions.Verbose);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = RunCommand.IsDaemon(parsed) ? null : s_termination,
            });
        }
        catch (CommandException e)
        {
            await Fail(isVerbose ? e.ToString() : e.Message);
            return e.ExitCode;
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
            await Fail(isVerbose ? e.ToString() : e.Message);
            return ExitCode.Failed;
        }
        catch (Exception e) when (!isVerbose)
        {
            // A defect of ours: still one line, and how to report it. With --verbose it goes its way.
            await Fail($"internal error: {e.GetType().Name}: {e.Message}; please report it with what --verbose prints");
            return ExitCode.Failed;
        }
    }

    private static RootCommand Create(IEnumerable<Command> more)
    {
        var root = new RootCommand(
            "Joins a firewall's judgement to a switch's speed: takes the firewall's syslog, decides by rules, and "
            + "writes DROP, BYPASS and REDIRECT flows to the Arista switch it runs on.")
        {
            RunCommand.Create(), StartCommand.Create(), StopCommand.Create(), StatusCommand.Create(),
            SetupCommand.Create(), SetupCommand.CreateAndRun(), SetupCommand.CreateAndStart(),
            MonitorCommand.Create(), DeleteCommand.Create(),
            PauseCommand.Create(), PauseCommand.CreateResume(), PauseCommand.CreatePanic(), ExplainCommand.Create(), ImportCommand.Create(),
            CheckCommand.Create(), ClosePortsCommand.Create(),
        };
        foreach (var command in more) root.Subcommands.Add(command);
        root.Options.Add(SharedOptions.Config);
        root.Options.Add(SharedOptions.Set);
        root.Options.Add(SharedOptions.Verbose);
        return root;
    }

    private static async Task Fail(string message)
    {
        try
        {
            await Console.Error.WriteLineAsync($"assist: {Printable.Of(message)}");
        }
        catch (Exception)
        {
            // Standard error is full or closed, and there is nowhere else to say it; the exit code still does.
        }
    }
}

internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;

    /// <summary>Bad usage or configuration.</summary>
    public const int Usage = 2;
    public const int NotRunning = 3;

    /// <summary>Ctrl-C before the work was done: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;
}

/// <summary>A command cannot do its work; the message is one line with the way out.</summary>
internal sealed class CommandException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
