using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Assist.Tests.Documentation;

namespace Assist.Tests.Processes;

/// <summary>What a Prometheus server would read.</summary>
[Collection(ProcessCollection.Name)]
public sealed class MetricsTests
{
    // A comment, or a name with labels and a number.
    private static readonly Regex s_line = new(
        "^(# (HELP|TYPE) (assist|process)_[a-z_]+ .+|(assist|process)_[a-z_]+"
            + "(\\{[a-z]+=\"[^\"\\\\]*\"(,[a-z]+=\"[^\"\\\\]*\")*\\})? [0-9.E+-]+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Metrics_tell_what_the_status_tells()
    {
        await using var rig = new Rig();
        var port = Rig.FreePort();
        rig.WriteConfiguration($"metrics: {{listen: '127.0.0.1:{port}'}}");
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443),
            LogLine.Allow("10.0.0.2", "203.0.113.20", 443), "<14>nonsense");
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.UntilOutcomeAsync("malformed", 1);

        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(s_line, line));
        Assert.Contains("assist_messages_total{transport=\"tcp\",outcome=\"drop\"} 1", lines);
        Assert.Contains("assist_messages_total{transport=\"tcp\",outcome=\"malformed\"} 1", lines);
        Assert.Contains("assist_flows{action=\"bypass\",state=\"programmed\"} 1", lines);
        Assert.Contains("assist_table_entries{kind=\"used\"} 3", lines);
        Assert.Contains("assist_reaction_seconds_count 2", lines);
        Assert.Contains("assist_switch_reachable 1", lines);
        Assert.DoesNotContain(lines, line => line.Contains("10.0.0", StringComparison.Ordinal));
        Assert.Equal(
            lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[2]).Order(),
            ReferencePage.NamesUnder("## Metrics")
                .Where(name => name.StartsWith("assist_", StringComparison.Ordinal)
                    || name.StartsWith("process_", StringComparison.Ordinal)).Order());
        AssertOfThisProcess(lines);

        using var elsewhere = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/etc/passwd"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using var written = await client.PostAsync(new Uri($"http://127.0.0.1:{port}/metrics"), null);
        Assert.Equal(HttpStatusCode.NotFound, written.StatusCode);
        Assert.Equal(0, (await rig.StopAsync()).Code);
    }

    private static void AssertOfThisProcess(string[] lines)
    {
        double Of(string name) => double.Parse(
            lines.Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal)).Split(' ')[1],
            CultureInfo.InvariantCulture);
        var age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - Of("process_start_time_seconds");

        Assert.InRange(age, -2, 600);
        Assert.InRange(Of("process_resident_memory_bytes"), 1 << 20, 1L << 32);
        Assert.InRange(Of("process_cpu_seconds_total"), 0.001, 600);
        Assert.InRange(Of("process_open_fds"), 10, 1000);
    }

    [Fact]
    public async Task A_port_that_cannot_be_had_is_told()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration($"metrics: {{listen: '127.0.0.1:{rig.Port}'}}");
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var finished = await rig.AssistAsync(
            "--set", $"metrics.listen=127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}", "run");
        Assert.Equal(1, finished.Code);
        Assert.Contains("metrics.listen", finished.Errors, StringComparison.Ordinal);
    }
}
