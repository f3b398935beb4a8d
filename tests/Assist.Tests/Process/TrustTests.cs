namespace Assist.Tests.Processes;

/// <summary>What a log may cause, by the way it came.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TrustTests
{
    private const string Rules =
        "rules: [{name: hosts, when: {Action: deny}, action: drop, match: [src_ip]}]\nflows: {duplicate_window: 0}";

    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task A_wide_drop_is_narrowed_over_UDP_and_not_over_TLS_with_a_verified_certificate()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Rules);
        await rig.StartAsync();

        await rig.SendAsync(Way.Udp, s_denied, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Equal(["DROP_TCP_10-0-0-1_203-0-113-20:443"], await rig.SwitchFlowsAsync("DROP_"));
        var trust = (await rig.UntilReceivedAsync(2)).GetProperty("trust");
        Assert.Equal(
            ("limited", "full", 2, 0, 1), (trust.GetProperty("udp").GetString(), trust.GetProperty("tcp").GetString(),
                trust.GetProperty("narrowed").GetInt32(), trust.GetProperty("refused").GetInt32(),
                trust.GetProperty("not_extended").GetInt32()));
        Assert.Contains("Limited trust   2 drops narrowed, 0 refused, 1 repeats extended none\n",
            (await rig.AssistAsync("status")).Output, StringComparison.Ordinal);

        await rig.SendAsync(Way.Tls, s_denied);
        await rig.UntilProgrammedAsync("drop", 2);
        Assert.Single(await rig.SwitchFlowsAsync("DROP_"), name =>
            !name.Contains("203-0-113-20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_shows_a_log_as_the_listener_that_is_trusted_least_would_take_it()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration(Rules);
        var limited = (await rig.AssistWithInputAsync($"{s_denied}\n", "explain")).Output;
        var full = (await rig.AssistWithInputAsync(
            $"{s_denied}\n", "--set", "firewall.trust.udp=full", "explain")).Output;

        Assert.Contains("narrowed to source, destination, port and protocol", limited, StringComparison.Ordinal);
        Assert.Contains("match destination port 443", limited, StringComparison.Ordinal);
        Assert.DoesNotContain("narrowed", full, StringComparison.Ordinal);
        Assert.DoesNotContain("match destination", full, StringComparison.Ordinal);
    }
}
