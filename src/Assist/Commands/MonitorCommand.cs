using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.LiveView;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>`assist monitor`: a live view of the flows, from the daemon, from that of another machine, or from the
/// switch where none runs.</summary>
internal static class MonitorCommand
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    // Of what is printed again and again; a screen is drawn more often.
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(5);

    private static readonly Option<string?> s_url = new("--url")
    {
        Description = "Asks a daemon over HTTP, such as https://192.0.2.1:9465: the address of its section http",
        HelpName = "URL",
    };

    private static readonly Option<string?> s_tokenFile = new("--token-file")
    {
        Description = "File with the token of http.token_file, for --url",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Prints the flows once and exits" };
        var interval = new Option<string?>("--interval")
        {
            Description = "Time between two refreshes, such as 5s or 2m; default 1s on a terminal where a daemon "
                + "answers, else 5s",
            HelpName = "TIME",
        };
        var json = SharedOptions.Json("Prints one JSON object for each refresh");
        var device = new SwitchArguments();
        var command = new Command(
            "monitor", "Shows the flows live, with state, rules, packets and the reason of each; ? tells its keys")
        {
            once, interval, json, s_url, s_tokenFile, SharedOptions.Socket,
        };
        command.Aliases.Add("mon");
        device.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = SourceOf(parsed, device);
            var every = parsed.GetValue(interval) is { } text ? Interval(text) : (TimeSpan?)null;
            var (isOnce, asJson) = (parsed.GetValue(once), parsed.GetValue(json));
            if (isOnce || asJson || !HasTerminal())
                await PrintAsync(source, every ?? s_usual, isOnce, asJson, cancellation);
            else await ShowAsync(source, every, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task ShowAsync(IMonitorSource source, TimeSpan? every, CancellationToken cancellation)
    {
        using var live = new LiveMonitor(source, every, TimeProvider.System);
        await live.RunAsync(cancellation);
    }

    private static IMonitorSource SourceOf(ParseResult parsed, SwitchArguments device)
    {
        var (url, tokenFile) = (parsed.GetValue(s_url), parsed.GetValue(s_tokenFile));
        if (url is null)
            return tokenFile is not null ? throw new CommandException("--token-file is for --url", ExitCode.Usage)
                : device.Options(parsed) is { } named ? new SwitchSource(
                    named, (eapi, _) => Task.FromResult(SwitchTargets.DirectFlowOf(eapi)))
                : new DaemonSource(ControlPlace.Of(parsed));
        if (device.IsNamed(parsed))
            throw new CommandException("give either a SWITCH or --url", ExitCode.Usage);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            throw new CommandException(
                $"--url {Printable.Of(url)} is no address such as https://192.0.2.1:9465", ExitCode.Usage);
        // Whoever listens on the way would have it, and with it the right to change flows.
        if (tokenFile is not null && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
            throw new CommandException(
                "a token is sent by https only, or by http to this machine", ExitCode.Usage);
        return new RemoteSource(uri, TokenOf(tokenFile), device.CaOf(parsed));
    }

    private static string? TokenOf(string? file) => SwitchArguments.Secret(file, "--token-file") is { } there
        ? File.ReadLines(there).FirstOrDefault()?.Trim() : null;

    private static bool HasTerminal() => !Console.IsOutputRedirected && !Console.IsInputRedirected
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

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

    private static async Task PrintAsync(
        IMonitorSource source, TimeSpan interval, bool once, bool asJson, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var view = await source.FlowsAsync(cancellation);
                if (asJson) Console.WriteLine(JsonSerializer.Serialize(view, ControlJson.Default.ControlResponse));
                else MonitorText.Write(Console.Out, view, MonitorText.TerminalWidth());
                if (once || OutputPipe.HasNoReader()) return;
                await Task.Delay(interval, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how one leaves a view that goes on.
        }
    }
}
