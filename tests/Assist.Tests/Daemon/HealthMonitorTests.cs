using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Configuration;
using Assist.Control;
using Assist.Daemon;
using Assist.Flows;
using Assist.Tests.Configuration;
using Assist.Tests.Processes;

namespace Assist.Tests.Daemon;

/// <summary>A whole daemon on a clock that is moved by hand; its logs come over a real socket.</summary>
public sealed class HealthMonitorTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();
    private AssistDaemon? _daemon;

    public async ValueTask InitializeAsync()
    {
        var config = Loading.Config($$"""
            switch: {eapi: "unix:{{_directory}}/nobody", wait: 1d}
            control: {state_directory: {{_directory}}}
            """, "firewall.senders=[127.0.0.1, 192.0.2.0/24]", "firewall.clock=utc");
        config = config with { Listeners = [.. config.Listeners.Select(each => each with { Port = 0 })] };
        _daemon = new DaemonBuilder(config, _log, _time).Build();
        await _daemon.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon!.StopAsync();
        _daemon.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Stale_logs_are_a_problem_with_one_line_when_it_begins_and_one_when_it_is_over()
    {
        await SendAsync(12, _time.GetUtcNow().AddHours(-2));
        await PassUntil(() => Has("logs_stale"));
        await PassUntil(() => Lines("problem logs_stale: 12 of the last 12 messages of 127.0.0.1 ") == 1);

        await SendAsync(12, _time.GetUtcNow());
        await PassUntil(() => !Has("logs_stale"));
        await PassUntil(() => Lines("problem logs_stale (127.0.0.1) is over after ") == 1);

        Assert.Equal(1, Lines("problem logs_stale:"));
    }

    [Fact]
    public async Task Senders_that_are_silent_and_prefixes_of_which_nobody_was_heard_are_told()
    {
        await PassUntil(() => Report().Problems.Count(problem => problem.StartsWith(
            "nothing has been received from ", StringComparison.Ordinal)) == 2);

        Assert.Equal(2, Report().ProblemKinds["sender_silent"]);
        Assert.Contains(
            "assist_problems{kind=\"sender_silent\"} 2\n", _daemon!.Status.Metrics(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datagrams_of_strangers_are_a_problem_while_they_are_most_of_all()
    {
        await SendAsync(12, _time.GetUtcNow(), from: "127.0.0.9");
        await PassUntil(() => Has("senders_refused"));
        await PassUntil(() => Lines("problem senders_refused: 12 of the last 12 datagrams came from addresses") == 1);

        // As many of the firewall: strangers are not most any more.
        await SendAsync(12, _time.GetUtcNow(), from: "127.0.0.9");
        await SendAsync(12, _time.GetUtcNow());
        await PassUntil(() => !Has("senders_refused"));
        await PassUntil(() => Lines("problem senders_refused is over after ") == 1);
    }

    [Fact]
    public async Task Each_sender_is_shown_with_its_messages_and_no_metric_carries_its_address()
    {
        await SendAsync(3, _time.GetUtcNow().AddHours(-2));

        var sender = Assert.Single(Report().Senders);
        Assert.Equal(("127.0.0.1", 3, 0), (sender.Sender, sender.Received, sender.LastMessageAgoS));
        Assert.Equal(3, sender.Transports["udp"].Outcomes["stale"]);
        Assert.DoesNotContain("127.0.0.1", _daemon!.Status.Metrics(), StringComparison.Ordinal);
        Assert.Contains("assist_senders{state=\"heard\"} 1\n", _daemon.Status.Metrics(), StringComparison.Ordinal);
    }

    private StatusReport Report() => _daemon!.Status.Report();

    private bool Has(string kind) => Report().ProblemKinds.ContainsKey(kind);

    private int Lines(string start) => _log.All.Count(line => line.StartsWith(start, StringComparison.Ordinal));

    // The daemon looks every five seconds of this clock.
    private Task PassUntil(Func<bool> condition) => Await.Until(
        () =>
        {
            _time.Advance(HealthMonitor.Interval);
            return condition();
        },
        "the daemon has noticed");

    private async Task SendAsync(int count, DateTimeOffset time, string from = "127.0.0.1")
    {
        var before = _daemon!.Parts.Counters.ReceivedTotal;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        var to = new IPEndPoint(IPAddress.Loopback, _daemon.Listeners.Single().EndPoint.Port);
        for (var i = 0; i < count; i++)
        {
            var log = LogLine.Deny("10.0.0.1", "203.0.113.20", 1000 + i, time.UtcDateTime);
            await socket.SendToAsync(Encoding.UTF8.GetBytes(log.ToString()), to);
        }
        await Await.Until(
            () => Enum.GetValues<Outcome>().Sum(_daemon.Parts.Counters.Total) == before + count, "all were judged");
    }
}
