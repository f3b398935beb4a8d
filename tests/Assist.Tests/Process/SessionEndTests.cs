using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What the log of a session's end does to the session's bypass.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SessionEndTests
{
    [Fact]
    public async Task A_bypassed_UDP_session_whose_packets_go_on_keeps_its_bypass_through_three_aged_out_logs()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var session = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);
        session["IP Protocol"] = "udp";
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilProgrammedAsync("bypass", 1);

        for (var ends = 1; ends <= 3; ends++)
        {
            await rig.SendAsync(Way.TcpLines, session.Ended("aged-out"));
            await rig.UntilOutcomeAsync("no_rule", ends);
            Assert.Equal("Ethernet4", await PortsAsync(rig, "udp Ethernet1 10.0.0.1 51000 203.0.113.20 443"));
            Assert.Equal("Ethernet1", await PortsAsync(rig, "udp Ethernet4 203.0.113.20 443 10.0.0.1 51000"));
        }
        var status = await rig.UntilProgrammedAsync("bypass", 1);
        Assert.Equal(0, status.GetProperty("outcomes").GetProperty("retracted").GetInt64());
        Assert.DoesNotContain(rig.Recorded(), command => command.StartsWith("no flow", StringComparison.Ordinal));

        await rig.SendAsync(Way.TcpLines, session.Ended("policy-deny"));
        await rig.UntilOutcomeAsync("retracted", 1);
        await rig.UntilSwitchHoldsAsync("BYPASS_", 0);
        Assert.Equal("Ethernet2", await PortsAsync(rig, "udp Ethernet1 10.0.0.1 51000 203.0.113.20 443"));
    }

    // By two transports, which two threads read: logs overtake each other on their way.
    [Fact]
    public async Task A_start_that_comes_behind_the_end_of_its_session_makes_no_bypass()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var session = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);

        await rig.SendAsync(Way.Udp, session.Ended("tcp-fin"));
        await rig.UntilOutcomeAsync("no_rule", 1);
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilOutcomeAsync("protected", 1);

        session["Session ID"] = "78";
        await rig.SendAsync(Way.TcpLines, session);
        await rig.UntilProgrammedAsync("bypass", 1);
    }

    private static async Task<string?> PortsAsync(Rig rig, string packet)
    {
        using var answer = JsonDocument.Parse(await rig.OrderAsync($"packet {packet}"));
        return answer.RootElement.GetProperty("ports").GetString();
    }
}
