namespace Assist.Tests.Processes;

/// <summary>A sender that has to show more than its address.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SenderPinTests
{
    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task A_log_with_another_serial_number_is_refused_and_counted()
    {
        await using var rig = new Rig();
        Pin(rig, "serial: \"001801014991\"");
        await rig.StartAsync();
        var other = LogLine.Deny("10.0.0.2", "203.0.113.20", 443);
        other["Serial #"] = "001801014992";

        await rig.SendAsync(Way.TcpLines, s_denied, other);

        await rig.UntilOutcomeAsync("refused_sender", 1);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Contains("the serial number is not the one", (await rig.AssistAsync("refused")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_taken_in_the_name_of_a_sender_without_its_certificate()
    {
        await using var rig = new Rig();
        // The certificates of the rig's clients state 127.0.0.1.
        Pin(rig, "certificate: 127.0.0.1");
        await rig.StartAsync();

        await rig.SendAsync(Way.Udp, s_denied);
        await rig.UntilOutcomeAsync("refused_sender", 1);
        Assert.True(await rig.SendTlsAsync(rig.Certificates.Client(), Firewall.Octets(s_denied)));
        await rig.UntilProgrammedAsync("drop", 1);

        Pin(rig, "certificate: another.example");
        Assert.Equal(0, (await rig.AssistAsync("reload")).Code);
        await rig.SendTlsAsync(rig.Certificates.Client(), Firewall.Octets(s_denied));
        await rig.UntilStatusAsync(status => status.GetProperty("rejected").GetProperty("client_certificate")
            .GetInt64() == 1, "the certificate is refused");
    }

    private static void Pin(Rig rig, string pin)
    {
        rig.WriteConfiguration("");
        File.WriteAllText(rig.Configuration, File.ReadAllText(rig.Configuration).Replace(
            "senders: [127.0.0.1,", $"senders: [{{address: 127.0.0.1, {pin}}},", StringComparison.Ordinal));
    }
}
