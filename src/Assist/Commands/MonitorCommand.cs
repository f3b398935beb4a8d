using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Commands;

/// <summary>`assist monitor`: a live view of the flows, from the daemon, or from the switch where none runs.</summary>
internal static class MonitorCommand
{
    private const string ClearScreen = "\x1b[H\x1b[2J";
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Prints the flows once and exits" };
        var interval = new Option<string>("--interval")
        {
            Description = "Time between two refreshes, such as 5s or 2m",
            DefaultValueFactory = _ => "5s",
        };
        var json = SharedOptions.Json("Prints one JSON object for each refresh");
        var device = new SwitchArguments();
        var command = new Command("monitor", "Shows the flows, their state and their packet counts, live")
        {
            once, interval, json, SharedOptions.Socket,
        };
        command.Aliases.Add("mon");
        device.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var source = new FlowSource(parsed, device.Options(parsed));
            var every = Interval(parsed.GetValue(interval)!);
            try
            {
                await WatchAsync(source, every, parsed.GetValue(once), parsed.GetValue(json), cancellation);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how one leaves a live view.
            }
            return ExitCode.Ok;
        });
        return command;
    }

    private static TimeSpan Interval(string text)
    {
        if (Units.TryDuration(text, out var duration) && duration >= s_shortest && duration <= s_longest)
            return duration;
        var seconds = text.EndsWith('s') ? text[..^1] : text;
        var isNumber = double.TryParse(
            seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        return isNumber && value >= s_shortest.TotalSeconds && value <= s_longest.TotalSeconds
            ? TimeSpan.FromSeconds(value)
            : throw new CommandException("--interval takes a time from 0.1s to 1h, such as 5s or 2m", ExitCode.Usage);
    }

    private static async Task WatchAsync(
        FlowSource source, TimeSpan interval, bool once, bool asJson, CancellationToken cancellation)
    {
        while (true)
        {
            var view = await source.ReadAsync(cancellation);
            if (!asJson && !once && !Console.IsOutputRedirected) Console.Write(ClearScreen);
            if (asJson) Console.WriteLine(JsonSerializer.Serialize(view, ControlJson.Default.ControlResponse));
            else MonitorText.Write(Console.Out, view, MonitorText.TerminalWidth());
            if (once || OutputPipe.HasNoReader()) return;
            await Task.Delay(interval, cancellation);
        }
    }

    /// <summary>Where the flows come from.</summary>
    private sealed class FlowSource(ParseResult parsed, EapiOptions? named)
    {
        private readonly ControlPlace? _daemon = named is null ? ControlPlace.Of(parsed) : null;

        public async Task<ControlResponse> ReadAsync(CancellationToken cancellation)
        {
            if (_daemon is null)
            {
                using var eapi = new EapiClient(named!);
                // Nothing is planned here, so the wiring does not count.
                return await FromSwitchAsync(
                    new DirectFlowTarget(
                        eapi, new FlowPlanner(new Topology()), NullLogger<DirectFlowTarget>.Instance), cancellation);
            }
            return await _daemon.AskAsync(new ControlRequest { Command = "flows" }, cancellation)
                ?? await FromSwitchAsync(_daemon.ConfigOrFail(), cancellation);
        }

        private static async Task<ControlResponse> FromSwitchAsync(
            AssistConfig config, CancellationToken cancellation)
        {
            using var eapi = new EapiClient(config.Eapi);
            var settled = await SwitchTargets.SettledAsync(config, eapi, cancellation);
            return await FromSwitchAsync(SwitchTargets.Target(settled, eapi, TimeProvider.System), cancellation);
        }

        private static async Task<ControlResponse> FromSwitchAsync(IFlowTarget target, CancellationToken cancellation)
        {
            var installed = await target.ReadAsync(cancellation);
            return new ControlResponse
            {
                Flows = [.. installed.Entries.Where(found => IsOurs(found.Key))
                    .Select(Flow)],
            };
        }

        private static bool IsOurs(string name) => FlowName.IsDynamic(name) || FlowName.IsStatic(name);

        private static FlowStatus Flow(InstalledEntry found) => new()
        {
            Name = found.Key,
            Action = FlowName.ActionOf(found.Key)?.ToString().ToLowerInvariant() ?? "static",
            State = found.StatusText,
            Match = FlowName.IsDynamic(found.Key) && found.Entry.Packets is { } match ? MatchStatus.Of(match) : null,
            Entries = 1,
            Priority = found.Entry.Precedence,
            Packets = found.Traffic.Packets ?? 0,
            HardTimeoutS = found.Entry.Timeouts.Hard,
            IdleTimeoutS = found.Entry.Timeouts.Idle,
        };
    }
}
