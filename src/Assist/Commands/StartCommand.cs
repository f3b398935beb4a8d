using System.CommandLine;
using System.Diagnostics;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;
using Assist.State;

namespace Assist.Commands;

/// <summary>`assist start`: leaves a daemon running in the background.</summary>
internal static class StartCommand
{
    // For the switch to be read; one that is away is told of, and waited for in the background.
    private static readonly TimeSpan s_firstReading = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly ControlRequest s_status = new() { Command = "status" };

    public static Command Create()
    {
        var command = new Command("start", "Starts the daemon in the background and waits until it is ready")
        {
            DryRun.Option,
        };
        command.SetAction((parsed, cancellation) =>
            StartAsync(parsed, DryRun.Of(parsed, SharedOptions.LoadOrFail(parsed)), cancellation));
        return command;
    }

    public static async Task<int> StartAsync(ParseResult parsed, AssistConfig config, CancellationToken cancellation)
    {
        if (await ControlClient.AskAsync(config.Control.Socket, s_status, cancellation) is { Status: { } running })
            throw new CommandException(
                $"assist is already running (pid {running.Pid}); stop it with `assist stop`", ExitCode.Failed);
        using var process = Process.Start(Arguments(parsed, config.Eapi.IsReadOnly))
            ?? throw new CommandException("the daemon's process cannot be started", ExitCode.Failed);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var start = TimeProvider.System.GetTimestamp();
        while (!process.HasExited)
        {
            if (await StatusAsync(config.Control.Socket, cancellation) is { } status
                && (!status.ProblemKinds.ContainsKey(HealthKind.Switch)
                    || TimeProvider.System.GetElapsedTime(start) > s_firstReading))
            {
                Tell(status, config);
                return ExitCode.Ok;
            }
            await Task.Delay(s_look, cancellation);
        }
        Console.Error.Write(LastWords(process, await errors, config));
        return process.ExitCode == 0 ? ExitCode.Failed : process.ExitCode;
    }

    private static void Tell(StatusReport status, AssistConfig config)
    {
        Console.WriteLine($"assist is running (pid {status.Pid})"
            + (config.Eapi.IsReadOnly ? " as a dry run: nothing is written to the switch" : ""));
        foreach (var problem in status.Problems) Console.WriteLine($"  ! {Printable.Of(problem)}");
        if (status.ProblemKinds.ContainsKey(HealthKind.Switch) && config.Eapi.WaitAtStart > TimeSpan.Zero)
            Console.WriteLine(
                $"  - it waits for the switch for {config.Eapi.WaitAtStart.TotalSeconds:0} s after its start "
                + "(switch.wait) and then ends; `assist status` says why"
                + (config.Log.File is { } file ? $", and so does {Printable.Of(file)}" : "; it has no log.file"));
    }

    // Once it has left the terminal behind its last words are on file only.
    private static string LastWords(Process process, string errors, AssistConfig config)
    {
        if (errors.Length > 0) return errors;
        var run = new RunFile(config.Control.StateDirectory).Read();
        return run is { Reason: { } reason } && run.Pid == process.Id
            ? $"assist: it has ended again, because of {Printable.Of(reason)}\n"
            : $"assist: it has ended again with exit code {process.ExitCode} and without a word\n";
    }

    // The socket is there before the daemon is ready. If the start fails the socket closes, and the daemon says why.
    private static async Task<StatusReport?> StatusAsync(string socket, CancellationToken cancellation)
    {
        try
        {
            return (await ControlClient.AskAsync(socket, s_status, cancellation))?.Status;
        }
        catch (DaemonException)
        {
            return null;
        }
    }

    private static ProcessStartInfo Arguments(ParseResult parsed, bool isDryRun)
    {
        var program = Environment.ProcessPath
            ?? throw new CommandException("the program's own file cannot be found", ExitCode.Failed);
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        // Started as `dotnet assist.dll` the process is dotnet, and the first argument is what to run.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "assist.dll"));
        start.ArgumentList.Add("--config");
        start.ArgumentList.Add(Path.GetFullPath(SharedOptions.FileOf(parsed)));
        foreach (var set in parsed.GetValue(SharedOptions.Set) ?? [])
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(set);
        }
        start.ArgumentList.Add("run");
        start.ArgumentList.Add("--detached");
        if (isDryRun) start.ArgumentList.Add(DryRun.Option.Name);
        return start;
    }
}
