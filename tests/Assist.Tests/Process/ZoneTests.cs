namespace Assist.Tests.Processes;

/// <summary>The machine's time zone is changed while the daemon runs.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ZoneTests : IDisposable
{
    private const string Zones = "/usr/share/zoneinfo";

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    private string Zone => Path.Combine(_directory, "localtime");

    [Fact]
    public async Task Logs_are_judged_by_the_new_zone_and_the_change_is_told()
    {
        var (before, after) = (TimeZoneInfo.Utc, TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"));
        File.CreateSymbolicLink(Zone, Path.Combine(Zones, "UTC"));
        await using var rig = new Rig { Environment = new Dictionary<string, string> { ["TZ"] = Zone } };
        await rig.StartAsync();
        await rig.SendAsync(
            Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443, LogLine.Now(zone: before)),
            LogLine.Deny("10.0.0.2", "203.0.113.20", 443, LogLine.Now(zone: after)));
        await rig.UntilOutcomeAsync("drop", 1);
        await rig.UntilOutcomeAsync("stale", 1);

        File.Delete(Zone);
        File.CreateSymbolicLink(Zone, Path.Combine(Zones, "Asia/Tokyo"));

        await rig.UntilStatusAsync(
            status => status.GetProperty("problem_kinds").TryGetProperty("zone_changed", out _), "it is told");
        await rig.SendAsync(
            Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 80, LogLine.Now(zone: before)),
            LogLine.Deny("10.0.0.2", "203.0.113.20", 80, LogLine.Now(zone: after)));
        await rig.UntilOutcomeAsync("drop", 2);
        await rig.UntilOutcomeAsync("stale", 2);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
