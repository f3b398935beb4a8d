using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A table of 600 entries under a scan and a flood: what matters is still programmed.</summary>
[Collection(ProcessCollection.Name)]
public sealed class AttackTests
{
    private const int Bypasses = 200;
    private const int Sources = 4000;

    // From the log to the switch, also under attack; some 50 ms without one.
    private static readonly TimeSpan s_threatDeadline = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_scan_and_a_flood_of_forged_sources_leave_room_for_threats_and_bypasses()
    {
        await using var rig = new Rig();
        // EOS keeps 4 of them for itself.
        await rig.StartSwitchAsync("--capacity", "604");
        await rig.SetUpAsync();
        await rig.StartDaemonAsync();
        await rig.SendAsync(Way.TcpLines, Enumerable.Range(0, Bypasses).Select(
            host => (object)LogLine.Allow($"10.1.{host / 250}.{host % 250 + 1}", "203.0.113.20", 443)));
        await rig.UntilProgrammedAsync("bypass", Bypasses);

        await rig.SendAsync(Way.TcpLines, Enumerable.Range(1, 2000).Select(
            port => (object)LogLine.Deny("10.9.9.9", "203.0.113.21", port)));
        await rig.UntilReceivedAsync(Bypasses + 2000);
        await rig.SendAsync(Way.TcpLines, LogLine.Threat("10.9.9.9", "203.0.113.22", 443));
        await UntilOnSwitchAsync(rig, "10-9-9-9:51000_203-0-113-22");

        Assert.InRange((await rig.SwitchFlowsAsync("DROP_")).Count(OfScanner), 1, 64);
        Assert.True(Rig.Flows(await StatusAsync(rig), "bypass", "programmed") >= Bypasses * 9 / 10);

        var flood = FloodAsync(rig);
        await rig.UntilStatusAsync(
            status => status.GetProperty("table").GetProperty("over_limit").GetProperty("first_of_its_kind")
                .GetInt64() > 0, "the flood has used up its room");
        await rig.SendAsync(Way.Udp, LogLine.Threat("10.8.8.8", "203.0.113.23", 443));
        await UntilOnSwitchAsync(rig, "10-8-8-8:51000_203-0-113-23");
        await flood;
        await rig.UntilReceivedAsync(Bypasses + 2000 + 1 + 1 + Sources);

        var table = (await StatusAsync(rig)).GetProperty("table");
        var shares = table.GetProperty("shares");
        Assert.InRange(shares.GetProperty("denials").GetInt32(), 1, shares.GetProperty("denial_limit").GetInt32());
        Assert.Equal(300, shares.GetProperty("denial_limit").GetInt32());
        Assert.True(shares.GetProperty("bypasses").GetInt32() >= shares.GetProperty("bypass_floor").GetInt32());
        Assert.True(Rig.Flows(await StatusAsync(rig), "bypass", "programmed") >= Bypasses * 9 / 10);
        Assert.Contains(" denials (at most 300), ", (await rig.AssistAsync("status")).Output, StringComparison.Ordinal);
    }

    // Two connections, so that a threat overtakes what is still on its way.
    private static Task FloodAsync(Rig rig) => rig.SendAsync(Way.TcpLines, Enumerable.Range(0, Sources).Select(
        source => (object)LogLine.Deny($"172.16.{source / 250}.{source % 250 + 1}", "203.0.113.24", 80)));

    private static bool OfScanner(string name) => name.Contains("10-9-9-9", StringComparison.Ordinal);

    private static Task UntilOnSwitchAsync(Rig rig, string addresses) => Rig.UntilAsync(
        async () => (await rig.SwitchFlowsAsync("DROP_")).Any(
            name => name.Contains(addresses, StringComparison.Ordinal)),
        () => $"the threat's drop {addresses} is on the switch", s_threatDeadline);

    private static async Task<JsonElement> StatusAsync(Rig rig) =>
        (await rig.AskAsync("status"))!.Value.GetProperty("status");
}
