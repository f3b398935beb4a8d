using System.Net;

namespace Assist.Tests.Processes;

/// <summary>A log that arrives becomes entries on the switch.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DeliveryTests
{
    [Fact]
    public async Task Logs_become_programmed_entries_over_every_transport()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        foreach (var way in Enum.GetValues<Way>())
            await rig.SendAsync(way,
                LogLine.Deny($"10.{(int)way}.0.1", "203.0.113.20", 443),
                LogLine.Allow($"10.{(int)way}.0.2", "203.0.113.20", 443));

        await rig.UntilProgrammedAsync("drop", 4);
        await rig.UntilProgrammedAsync("bypass", 4);
        await rig.UntilReceivedAsync(8);
        Assert.Equal(4, (await rig.SwitchFlowsAsync("DROP_")).Length);
        var bypasses = await rig.SwitchFlowsAsync("BYPASS_FW_");
        Assert.Equal(4, bypasses.Count(name => name.EndsWith("_INI", StringComparison.Ordinal)));
        Assert.Equal(4, bypasses.Count(name => name.EndsWith("_RSP", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task IPv6_sessions_from_IPv6_senders_become_entries_too()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        await rig.SendUdpAsync(IPAddress.IPv6Loopback, [LogLine.Deny("2001:db8::1", "2001:db8:1::2", 443)]);
        await rig.SendTcpAsync(
            IPAddress.IPv6Loopback, Firewall.Line(LogLine.Allow("2001:db8::3", "2001:db8:1::4", 80)));

        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.UntilReceivedAsync(2);
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"));
        Assert.Equal(2, (await rig.SwitchFlowsAsync("BYPASS_FW_")).Length);
    }

    [Fact]
    public async Task Local_time_is_the_zone_of_the_environment()
    {
        await using var rig = new Rig { Environment = new Dictionary<string, string> { ["TZ"] = "Asia/Kolkata" } };
        await rig.StartAsync();
        var kolkata = LogLine.Now(zone: TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"));

        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", "203.0.113.20", 443, kolkata));
        await rig.SendAsync(
            Way.TcpLines, LogLine.Deny("10.0.0.2", "203.0.113.20", 443, LogLine.Now(zone: TimeZoneInfo.Utc)));

        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilOutcomeAsync("stale", 1);
    }

    // A Turkish capital of i has a dot: names compared by the culture would not be found.
    [Fact]
    public async Task The_language_of_the_environment_changes_nothing()
    {
        var turkish = new Dictionary<string, string> { ["LANG"] = "tr_TR.UTF-8", ["LC_ALL"] = "tr_TR.UTF-8" };
        await using var rig = new Rig { Environment = turkish };
        // Without ports in its match a rule asks for all ICMP between two hosts.
        rig.WriteConfiguration("""
            rules:
              - {name: denied, when: {Action: deny}, action: drop, match: [src_ip, dst_ip, protocol]}
              - {name: allowed, when: {Action: allow}, action: bypass}
            """);
        await rig.StartAsync();

        var ping = LogLine.Deny("10.0.0.1", "203.0.113.20", 0);
        ping["IP Protocol"] = "ICMP";

        await rig.SendAsync(Way.Udp, ping, LogLine.Allow("10.0.0.2", "203.0.113.20", 443));

        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilProgrammedAsync("bypass", 1);
        Assert.Equal(["DROP_ICMP_10-0-0-1_203-0-113-20"], await rig.SwitchFlowsAsync("DROP_"));
        var deleted = await rig.AssistAsync("delete", "--action", "DROP");
        Assert.Equal(0, deleted.Code);
        Assert.Contains("1 flow removed", deleted.Output, StringComparison.Ordinal);
    }
}
