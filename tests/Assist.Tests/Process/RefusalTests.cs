using System.Net;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What must not become an entry, and where it is counted instead.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RefusalTests
{
    private static readonly LogLine s_log = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task S5_S6_clients_without_a_certificate_of_the_authority_are_refused()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        // Under TLS 1.3 a client may not learn of its refusal before it has sent everything.
        await rig.SendTlsAsync(Certificates.Stranger(), Firewall.Octets(s_log));
        await rig.SendTlsAsync(null, Firewall.Octets(s_log));

        await rig.UntilStatusAsync(
            status => Rejected(status, "client_certificate") == 2, "two client certificates refused");
        await NothingHappenedAsync(rig, received: 0);
    }

    [Fact]
    public async Task U1_only_the_senders_of_the_configuration_are_heard()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("");
        await rig.StartAsync();
        var stranger = IPAddress.Parse("127.0.0.2");

        await rig.SendUdpAsync(stranger, [s_log, s_log]);
        try
        {
            await rig.SendTcpAsync(stranger, Firewall.Line(s_log));
        }
        catch (IOException)
        {
            // The daemon was faster.
        }

        var status = await rig.UntilOutcomeAsync("refused_sender", 2);
        await rig.UntilStatusAsync(status => Rejected(status, "sender") == 1, "one connection refused");
        Assert.Equal(2, status.GetProperty("transports")
            .GetProperty("udp").GetProperty("outcomes").GetProperty("refused_sender").GetInt64());
        await NothingHappenedAsync(rig, received: 2);
    }

    [Fact]
    public async Task Old_and_future_logs_are_stale()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("", firewall: ", max_message_age: 1m");
        await rig.StartAsync();

        await rig.SendAsync(Way.TcpLines,
            LogLine.Deny("10.0.0.1", "203.0.113.20", 443, LogLine.Now(TimeSpan.FromMinutes(-2))),
            LogLine.Deny("10.0.0.1", "203.0.113.20", 443, LogLine.Now(TimeSpan.FromMinutes(2))));

        await rig.UntilOutcomeAsync("stale", 2);
        await NothingHappenedAsync(rig, received: 2);
    }

    [Fact]
    public async Task O1_every_other_message_is_counted_under_its_reason()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("protect: {never_drop: [10.9.9.9]}");
        await rig.StartAsync();
        var elsewhere = LogLine.Allow("10.0.0.1", "203.0.113.20", 443);
        elsewhere["Inbound Interface"] = "ethernet1/9";

        await rig.SendAsync(Way.TcpOctets,
            "<14>nothing of ours", s_log.ToString().Replace("TRAFFIC", "SYSTEM", StringComparison.Ordinal),
            LogLine.Deny("10.9.9.9", "203.0.113.20", 443), LogLine.Deny("10.0.0.1", "255.255.255.255", 443), elsewhere);

        var status = await rig.UntilReceivedAsync(5);
        foreach (var (outcome,
            count) in new[] { ("malformed", 1), ("not_session", 1), ("protected", 2), ("no_interface", 1) })
            Assert.Equal(count, status.GetProperty("outcomes").GetProperty(outcome).GetInt64());
        await NothingHappenedAsync(rig, received: 5);
    }

    private static long Rejected(JsonElement status, string reason) =>
        status.GetProperty("rejected").GetProperty(reason).GetInt64();

    private static async Task NothingHappenedAsync(Rig rig, long received)
    {
        await rig.UntilReceivedAsync(received);
        Assert.All(await rig.SwitchFlowsAsync(), name => Assert.StartsWith("STATIC_", name, StringComparison.Ordinal));
    }
}
