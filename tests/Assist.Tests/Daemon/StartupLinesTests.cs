using Assist.Control;
using Assist.Daemon;
using Assist.Tests.Configuration;

namespace Assist.Tests.Daemon;

/// <summary>A whole daemon says once what it is about to do, and orders to its log are told like others.</summary>
public sealed class StartupLinesTests : IDisposable
{
    private const string Told = "`assist log-level debug --for 10m` by ";

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_start_says_where_it_acts_by_which_rules_what_it_protects_and_who_is_told()
    {
        using var daemon = Build();
        await daemon.StartAsync(CancellationToken.None);
        await daemon.StopAsync();

        Assert.Contains(_log.All, line => line.StartsWith("listening on udp ", StringComparison.Ordinal));
        Assert.Contains(
            $"acts on the switch at unix:{_directory}/nobody in mode shunt, by pan-os logs of 127.0.0.1", _log.All);
        Assert.Contains("rules in their order: web (drop), dns (bypass, on trial)", _log.All);
        Assert.Contains("protected from drops: 203.0.113.53", _log.All);
        Assert.Contains($"records and events go to {_directory}/audit, {_directory}/events", _log.All);
    }

    [Fact]
    public async Task An_order_to_the_log_is_carried_out_and_told()
    {
        using var daemon = Build();
        await daemon.StartAsync(CancellationToken.None);
        var answers = new ControlAnswers(daemon, () => { }, _time);

        var answer = await answers.AnswerAsync(new ControlRequest
        {
            Command = ControlRequest.LogLevel,
            Level = "debug",
            Seconds = 600,
        });
        await Await.Until(
            () => _log.All.Any(line => line.StartsWith(Told, StringComparison.Ordinal)),
            "the order is told");
        await daemon.StopAsync();

        Assert.Equal("debug", answer.LogLevel!.Level);
    }

    private AssistDaemon Build()
    {
        var config = Loading.Config($$"""
            switch: {eapi: "unix:{{_directory}}/nobody", wait: 1d}
            control: {state_directory: {{_directory}}}
            audit: {file: "{{_directory}}/audit"}
            events: {file: {path: "{{_directory}}/events" } }
            protect: {learn: false, never_drop: [203.0.113.53]}
            rules:
              - {name: web, when: {Type: TRAFFIC, Action: deny}, action: drop}
              - {name: dns, when: {Type: TRAFFIC, Action: allow}, action: bypass, shadow: true}
            """, "firewall.senders=[127.0.0.1]");
        config = config with { Listeners = [.. config.Listeners.Select(each => each with { Port = 0 })] };
        return new DaemonBuilder(config, _log, _time).Build();
    }
}
