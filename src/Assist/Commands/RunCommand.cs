using System.CommandLine;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assist.Commands;

/// <summary>`assist run`: the daemon in the foreground.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(5);

    // Given by `start` to the process it leaves behind.
    private static readonly Option<bool> s_detached = new("--detached") { Hidden = true };

    public static Command Create()
    {
        var command = new Command("run", "Runs the daemon in the foreground, for systemd, EOS `daemon` or a terminal")
        {
            s_detached, DryRun.Option,
        };
        command.SetAction((parsed, _) =>
            RunAsync(DryRun.Of(parsed, LoadOrFail(parsed)), parsed.GetValue(s_detached)));
        return command;
    }

    /// <summary>True where the host takes the signals: the command line would end the process with 143 after a time
    /// that a change in flight may need.</summary>
    public static bool IsDaemon(ParseResult parsed) => parsed.CommandResult.Command.Name is "run" or "setup-run";

    /// <summary>The configuration of a process that will be the daemon.</summary>
    public static AssistConfig LoadOrFail(ParseResult parsed)
    {
        var config = SharedOptions.LoadWithFilesOrFail(parsed);
        SystemAuthorities.LeaveOut(config);
        return config;
    }

    /// <summary>Runs until a signal or `assist stop`.</summary>
    public static async Task<int> RunAsync(AssistConfig config, bool isDetached)
    {
        var mark = config.Eapi.IsReadOnly ? DryRun.Mark : "";
        using var log = new OperatorLog(config.Log, toConsole: !isDetached, mark);
        try
        {
            return await RunAsync(config, log, isDetached);
        }
        catch (Exception e)
        {
            // Whoever started it in the background has left, and standard error with them.
            log.TellEnd(e.Message);
            throw;
        }
    }

    private static async Task<int> RunAsync(AssistConfig config, OperatorLog log, bool isDetached)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(log.Loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_shutdown);
        builder.Services.AddSingleton(provider => new DaemonService(
            config, log, TimeProvider.System, provider.GetRequiredService<IHostApplicationLifetime>(), isDetached));
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<DaemonService>());
        builder.Services.AddSingleton<IHostLifetime>(provider =>
        {
            var daemon = provider.GetRequiredService<DaemonService>();
            return new SignalLifetime(daemon.Stop, daemon.Reload);
        });
        using var host = builder.Build();
        var service = host.Services.GetRequiredService<DaemonService>();
        // Ends with the host and all its services disposed.
        await host.RunAsync();
        // A background fault alone would leave the exit code 0.
        return service.Fault is { } fault
            ? throw new DaemonException($"stopped by a fault: {fault.Message}", fault)
            : ExitCode.Ok;
    }
}
