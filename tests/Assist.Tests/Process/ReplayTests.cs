using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A log that is replayed gives what the daemon makes of it live.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ReplayTests
{
    private const string Rules = """
        protect: {never_drop: [10.0.0.200]}
        flows: {capacity: 300}
        """;

    [Fact]
    public async Task It_agrees_with_the_daemon_on_the_same_log()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Rules);
        await rig.StartAsync("--capacity", "1500");
        var steps = Steps().Select(step => step.ToList()).ToList();
        await File.WriteAllLinesAsync(rig.File("a.log"), steps.SelectMany(step => step).Select(line => $"{line}"));
        foreach (var (count, step) in steps.Select((step, i) => (steps.Take(i + 1).Sum(each => each.Count), step)))
        {
            await rig.SendAsync(Way.TcpLines, step);
            await rig.UntilReceivedAsync(count);
        }
        var live = (await rig.AskAsync("status"))!.Value.GetProperty("status").GetProperty("outcomes");

        var replayed = (await ReplayAsync(rig, rig.File("a.log"))).GetProperty("outcomes");

        Assert.Equal(live.GetRawText(), replayed.GetRawText());
        Assert.All((string[])["drop", "bypass", "retracted", "protected", "over_limit", "duplicate", "malformed"],
            outcome => Assert.NotEqual(0, replayed.GetProperty(outcome).GetInt64()));
    }

    [Fact]
    public async Task A_packed_log_and_several_files_are_one_log()
    {
        await using var rig = new Rig();
        await PackAsync(rig.File("1"), LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await File.WriteAllTextAsync(rig.File("2"), $"{LogLine.Deny("10.0.0.2", "203.0.113.20", 443)}\n");

        var report = await ReplayAsync(rig, rig.File("1"), rig.File("2"));

        Assert.Equal((2, 2), (report.GetProperty("messages").GetInt32(),
            report.GetProperty("outcomes").GetProperty("drop").GetInt32()));
        Assert.Equal(2, report.GetProperty("rules")[0].GetProperty("entries_peak").GetInt32());
        LifecycleTests.AssertRefused(await rig.AssistAsync("replay", rig.File("none")), 1, "none");
    }

    [Fact]
    public async Task A_comparison_shows_what_another_file_would_change_and_a_picture_is_drawn()
    {
        await using var rig = new Rig();
        await File.WriteAllTextAsync(rig.File("a.log"), $"{LogLine.Deny("10.0.0.1", "203.0.113.20", 443)}\n");
        await File.WriteAllTextAsync(rig.File("other.yaml"), await File.ReadAllTextAsync(rig.Configuration)
            + "\nprotect: {never_drop: [10.0.0.1]}\n");

        var compared = await rig.AssistAsync("replay", rig.File("a.log"), "--compare", rig.File("other.yaml"));
        var drawn = await rig.AssistAsync("replay", rig.File("a.log"), "--svg", rig.File("a.svg"));

        Assert.Equal((0, ""), (compared.Code, compared.Errors));
        Assert.Contains("drop by denied-traffic -> protected by denied-traffic", compared.Output,
            StringComparison.Ordinal);
        Assert.Equal((0, ""), (drawn.Code, drawn.Errors));
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(rig.File("a.svg")), StringComparison.Ordinal);
    }

    // In steps that the table has taken before the next one comes: what it makes of a bypass and its end that wait for
    // it together depends on which of them it sees first.
    private static IEnumerable<IEnumerable<object>> Steps()
    {
        var starts = Hosts(60).Select(host => LogLine.Allow($"10.1.0.{host}", "203.0.113.20", 443, Ago(20))).ToList();
        yield return [.. starts, .. starts.Take(10), "no log at all"];
        yield return Hosts(200).Select(host => LogLine.Deny($"10.0.0.{host}", "203.0.113.20", 1000 + host, Ago(10)));
        yield return Hosts(20).Select(
            host => LogLine.Deny("10.0.1.1", "203.0.113.20", 2000 + host, Ago(5)));
        yield return starts.Where((_, host) => host % 3 == 0).Select(start => start.Ended("tcp-fin"));
    }

    private static IEnumerable<int> Hosts(int count) => Enumerable.Range(1, count);

    private static DateTime Ago(int seconds) => LogLine.Now(TimeSpan.FromSeconds(-seconds));

    private static async Task<JsonElement> ReplayAsync(Rig rig, params string[] files)
    {
        var replayed = await rig.AssistAsync(["replay", .. files, "--json"]);
        Assert.Equal((0, ""), (replayed.Code, replayed.Errors));
        return JsonDocument.Parse(replayed.Output).RootElement;
    }

    private static async Task PackAsync(string file, LogLine line)
    {
        await using var packed = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        await packed.WriteAsync(Encoding.UTF8.GetBytes(line.ToString() + "\n"));
    }
}
