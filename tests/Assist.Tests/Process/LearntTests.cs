using System.Net;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What the switch depends on is learnt from it, and no drop touches it.</summary>
[Collection(WaitingCollection.Name)]
public sealed class LearntTests
{
    private const string Own = "198.51.100.1";
    private const string Gateway = "198.51.100.254";
    private const string NameServer = "198.51.100.53";
    private const string FirewallAddress = "198.51.100.10";
    private const int Forged = 100_000;
    private const int Burst = 500;

    private const string Network = """
        {
          "show ip interface": {"interfaces": {"Vlan10": {"interfaceAddress": {
            "primaryIp": {"address": "198.51.100.1"}}}}},
          "show ip route vrf all static": {"vrfs": {"default": {"routes": {"0.0.0.0/0": {
            "vias": [{"nexthopAddr": "198.51.100.254", "interface": "Vlan10"}]}}}}},
          "show arp vrf all": {"vrfs": {"default": {"ipV4Neighbors": [
            {"address": "198.51.100.10", "interface": "Vlan10, Ethernet2"},
            {"address": "198.51.100.77", "interface": "Vlan10, Ethernet1"}]}}},
          "show ip name-server": {"nameServerConfigs": [{"ipAddr": "198.51.100.53", "vrf": "default"}]}
        }
        """;

    private static readonly string[] s_learnt = [Own, Gateway, NameServer, FirewallAddress];
    private static readonly LogLine s_genuine = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task A_hundred_thousand_forged_logs_of_what_the_switch_depends_on_write_no_entry()
    {
        await using var rig = await StartedAsync();
        var forging = ForgeAsync(rig);
        await rig.UntilStatusAsync(
            status => status.GetProperty("outcomes").GetProperty("protected").GetInt64() > 0, "the flood has begun");
        await rig.SendAsync(Way.TcpLines, s_genuine);
        await rig.UntilProgrammedAsync("drop", 1);
        await forging;

        var status = await rig.UntilStatusAsync(
            last => Settled(last) >= Forged + 1 && last.GetProperty("queue_length").GetInt32() == 0, "all is decided");

        var outcomes = status.GetProperty("outcomes");
        Assert.Equal(
            (1, status.GetProperty("received").GetInt64() - 1),
            (outcomes.GetProperty("drop").GetInt64(), outcomes.GetProperty("protected").GetInt64()));
        Assert.Equal(["DROP_TCP_10-0-0-1_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        Assert.DoesNotContain(rig.Recorded(), command => s_learnt.Any(address =>
            command.EndsWith($" ip {address}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Status_shows_each_address_with_where_it_came_from()
    {
        await using var rig = await StartedAsync();
        var text = (await rig.AssistAsync("status", "--protected")).Output;
        foreach (var line in (string[])
            [$"{Own}, protect.learn.addresses", $"{Gateway}, protect.learn.next_hops",
                $"{FirewallAddress}, protect.learn.arp", $"{NameServer}, protect.learn.name_servers",
                "127.0.0.1, protect.learn.senders"])
            Assert.Contains($"No drop of      {line}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("198.51.100.77", text, StringComparison.Ordinal);
        Assert.DoesNotContain("No drop of", (await rig.AssistAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drop_of_before_is_lifted_once_what_it_touches_is_learnt()
    {
        await using var rig = await StartedAsync("protect: {learn: false}");
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", NameServer, 53), s_genuine);
        await rig.UntilProgrammedAsync("drop", 2);

        rig.WriteConfiguration("");
        Assert.Equal(0, (await rig.AssistAsync("reload")).Code);

        await rig.UntilSwitchHoldsAsync("DROP_", 1);
        Assert.Equal(["DROP_TCP_10-0-0-1_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        var ended = (await rig.UntilProgrammedAsync("drop", 1)).GetProperty("table").GetProperty("ended");
        Assert.Equal(1, ended.GetProperty("drop").GetProperty("revoked").GetInt32());
    }

    [Fact]
    public async Task No_drop_is_made_while_the_switch_does_not_tell_what_it_depends_on()
    {
        await using var rig = await StartedAsync("", "--fault", "deny=show ip interface");
        await rig.SendAsync(Way.Udp, s_genuine);
        var status = await rig.UntilOutcomeAsync("protected", 1);
        Assert.Equal(1, status.GetProperty("problem_kinds").GetProperty("protected_unknown").GetInt32());
        Assert.Contains(status.GetProperty("problems").EnumerateArray(), problem => problem.GetString()!.Contains(
            "the switch refused 'show ip interface'", StringComparison.Ordinal));

        await rig.RestartSwitchAsync("--network", rig.File("network.json"));
        await rig.UntilStatusAsync(
            last => !last.GetProperty("problem_kinds").TryGetProperty("protected_unknown", out _), "it is learnt");
        await rig.SendAsync(Way.Udp, s_genuine);
        await rig.UntilProgrammedAsync("drop", 1);
    }

    [Fact]
    public async Task What_an_earlier_run_learnt_serves_while_the_switch_does_not_tell()
    {
        await using var rig = await StartedAsync("");
        await rig.StopAsync();
        await rig.RestartSwitchAsync("--fault", "deny=show ip interface");
        await rig.StartDaemonAsync();

        await rig.SendAsync(Way.Udp, LogLine.Deny("10.0.0.1", Gateway, 443), s_genuine);
        await rig.UntilOutcomeAsync("protected", 1);
        await rig.UntilProgrammedAsync("drop", 1);
    }

    [Fact]
    public async Task A_command_that_the_switch_does_not_know_is_told_once_and_holds_nothing_up()
    {
        await using var rig = await StartedAsync("", "--fault", "unknown-command=show ip");
        await rig.SendAsync(Way.Udp, s_genuine, LogLine.Deny("10.0.0.1", FirewallAddress, 443));
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilOutcomeAsync("protected", 1);
        Assert.Single((await rig.StopAsync()).ErrorLines, line => line.Contains(
            "does not know 'show ip name-server'", StringComparison.Ordinal));
    }

    private static async Task<Rig> StartedAsync(string more = "", params string[] switchOptions)
    {
        var rig = new Rig();
        rig.WriteConfiguration(more);
        File.WriteAllText(rig.File("network.json"), Network);
        await rig.StartAsync(["--network", rig.File("network.json"), .. switchOptions]);
        return rig;
    }

    // As fast as the daemon takes them: what the kernel drops for lack of room proves nothing.
    private static async Task ForgeAsync(Rig rig)
    {
        for (var sent = 0; sent < Forged; sent += Burst)
        {
            await rig.SendUdpAsync(IPAddress.Loopback, Enumerable.Range(sent, Burst).Select(Victim));
            var until = sent + Burst;
            await rig.UntilStatusAsync(status => Settled(status) >= until, "the burst is received");
        }
    }

    // Received, or lost in the kernel.
    private static long Settled(JsonElement status) => status.GetProperty("received").GetInt64()
        + status.GetProperty("rejected").GetProperty("kernel_drop").GetInt64();

    private static object Victim(int number)
    {
        var victim = s_learnt[number % s_learnt.Length];
        var other = $"10.{number >> 16}.{number >> 8 & 255}.{number & 255}";
        return number % 8 < 4 ? LogLine.Deny(other, victim, 443) : LogLine.Threat(victim, other, 443);
    }
}
