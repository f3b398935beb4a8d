using Assist.Configuration;
using Assist.Flows;

namespace Assist.Tests.Configuration;

/// <summary>firewall.trust.</summary>
public sealed class TrustTests
{
    private const string Bypass = "{name: allowed, when: {Application: ssl}, action: bypass}";
    private const string Wide = "{name: wide, when: {Rule: x}, action: drop, match: [src_ip, dst_ip]}";

    [Fact]
    public void Datagrams_are_of_limited_trust_unless_the_file_says_more()
    {
        Assert.Equal(new TransportTrust(), Loading.Config("").Decisions.Trust);
        Assert.Equal(
            new TransportTrust(SenderTrust.Full, SenderTrust.Limited),
            Loading.Config("", "firewall.trust.udp=full", "firewall.trust.tcp=limited").Decisions.Trust);
    }

    [Fact]
    public void Another_word_is_told() => Assert.Contains(
        "firewall.trust.tcp: \"none\" is not one of limited, full",
        Assert.Single(Loading.Errors(Loading.With("", "firewall.trust.tcp=none"))), StringComparison.Ordinal);

    [Fact]
    public void A_wide_rule_is_told_what_UDP_makes_of_it() => Assert.Contains(
        "warning: rule wide: over UDP its drops match source, destination, port and protocol",
        Warning($"rules:\n  - {Wide}\n  - {Bypass}\n"), StringComparison.Ordinal);

    [Fact]
    public void Trusting_datagrams_is_told_what_that_risks()
    {
        Assert.EndsWith(
            "for ever; send logs over TCP or TLS, or remove the key", Warning("", "firewall.trust.udp=full"),
            StringComparison.Ordinal);
        Assert.Contains(
            "(rule wide drops more than one port of one host)",
            Warning($"rules:\n  - {Wide}\n  - {Bypass}\n", "firewall.trust.udp=full"), StringComparison.Ordinal);
    }

    [Fact]
    public void Escalation_that_no_log_can_cause_is_told()
    {
        const string Steps = "flows: {escalation: {steps: [1h]}}\n";
        Assert.Contains("flows.escalation does nothing for logs over UDP", Warning(Steps), StringComparison.Ordinal);
        Assert.Empty(Loading.With(Steps, "listeners.0.transport=udp", "listeners.1.transport=tcp").Warnings);
    }

    [Fact]
    public void Without_a_UDP_listener_there_is_nothing_to_tell() => Assert.Empty(Loading.With(
        $"rules:\n  - {Wide}\n  - {Bypass}\n", "firewall.trust.udp=full", "listeners.0.transport=tcp").Warnings);

    private static string Warning(string yaml, params string[] sets)
    {
        var result = Loading.With(yaml, sets);
        Assert.Empty(result.Errors);
        return Assert.Single(result.Warnings).ToString();
    }
}
