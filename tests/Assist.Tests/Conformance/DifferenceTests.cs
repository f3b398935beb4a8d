using System.Text;
using Assist.Commands;
using Assist.Configuration;
using Assist.Flows;
using Assist.Import;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Tests.Conformance;

/// <summary>Where an imported configuration decides otherwise than the original on purpose; the reasons are in
/// docs/conformance.md. None of the recorded vectors is concerned.</summary>
public sealed class DifferenceTests
{
    private const string Config = """
        from config_common import *
        ACCEPT_SYSLOG_MSGS_FROM_IP = ['192.0.2.10']
        SWITCH_INTERFACE_A, SWITCH_INTERFACE_AF, FIREWALL_INTERFACE_AF = 'Ethernet1', 'Ethernet2', 'ethernet1/1'
        SWITCH_INTERFACE_B, SWITCH_INTERFACE_BF, FIREWALL_INTERFACE_BF = 'Ethernet4', 'Ethernet5', 'ethernet1/2'
        PAN_SYSLOG_FIELD_LABELS = {'TRAFFIC': ['Type', 'Action'], 'THREAT': ['Type', 'Action']}
        DFA_CONTROLLER_SPEC = [
            {'trigger': {'Type': 'TRAFFIC', 'Action': 'deny'}, 'action': DROP_FLOW, 'flow_match': SRC_IP_DST_IP},
            {'trigger': {'Type': 'TRAFFIC', 'Action': 'allow'}, 'action': BYPASS_FIREWALL, 'flow_match': FIVE_TUPLE},
        ]
        """;

    // {0} subtype, {1} source, {2} destination, {3} translated source, {4} flags, {5} protocol, {6} action.
    private static readonly CompositeFormat s_message = CompositeFormat.Parse(
        "1,2026/11/21 10:00:00,001801014991,TRAFFIC,{0},2305,2026/11/21 10:00:00,{1},{2},{3},0.0.0.0,rule1,,,ssl,vsys1,"
        + "trust,untrust,ethernet1/1,ethernet1/2,DirectFlow,2026/11/21 10:00:00,4711,1,51515,443,0,0,{4},{5},{6},"
        + "500,300,200,5,2026/11/21 10:00:00,0,any,0,719830,0x0,10.0.0.0-10.255.255.255,US,0,3,2");

    private readonly Explainer _explainer = Imported(TimeSpan.Zero);

    [Theory]
    [InlineData("tcp")]
    [InlineData("hopopt")]
    public void A_session_between_two_known_addresses_is_bypassed(string protocol)
    {
        var explanation = Explain("start", "10.1.1.1", "203.0.113.5", "0.0.0.0", "0x0", protocol, "allow");

        Assert.Equal((Outcome.Bypass, 2), (explanation.Outcome, explanation.Flows.Count));
    }

    [Theory]
    [InlineData("start", "0.0.0.0", "203.0.113.5", "0.0.0.0", "0x0", "leaves an address unknown")]
    [InlineData("start", "10.1.1.1", "", "0.0.0.0", "0x0", "leaves an address unknown")]
    [InlineData("start", "10.1.1.1", "224.0.0.5", "0.0.0.0", "0x0", "multicast")]
    [InlineData("start", "10.1.1.1", "203.0.113.5", "192.0.2.77", "0x400000", "translated (NAT)")]
    [InlineData("start", "10.1.1.1", "203.0.113.5", "0.0.0.0", "0x1000000", "decrypts")]
    [InlineData("start", "10.1.1.1", "203.0.113.5", "0.0.0.0", "0x100", "inside a tunnel")]
    [InlineData("end", "10.1.1.1", "203.0.113.5", "0.0.0.0", "0x0", "has ended")]
    public void A_bypass_that_would_take_other_traffic_past_the_firewall_is_refused(
        string subtype, string source, string destination, string translated, string flags, string reason)
    {
        var explanation = Explain(subtype, source, destination, translated, flags, "tcp", "allow");

        Assert.Equal((Outcome.Protected, 0), (explanation.Outcome, explanation.Flows.Count));
        Assert.Contains(reason, explanation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_from_the_future_is_stale()
    {
        var explanation = Imported(TimeSpan.FromMinutes(5)).Explain(1, Encoding.UTF8.GetBytes(
            Message("start", "10.1.1.1", "203.0.113.5", "0.0.0.0", "0x0", "tcp", "allow")
                .Replace("2026/", "2126/", StringComparison.Ordinal)));

        Assert.Equal(Outcome.Stale, explanation.Outcome);
        Assert.Contains("in the future", explanation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.1.1\naction drop")]
    [InlineData("10.1.1")]
    public void What_is_no_address_is_malformed(string source)
    {
        var explanation = Explain("start", source, "203.0.113.5", "0.0.0.0", "0x0", "tcp", "allow");

        Assert.Equal(Outcome.Malformed, explanation.Outcome);
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.5")]
    [InlineData("10.1.1.1", "255.255.255.255")]
    public void A_drop_of_an_address_that_is_nobodys_is_refused(string source, string destination) =>
        Assert.Equal(Outcome.Protected, Explain("deny", source, destination, "0.0.0.0", "0x0", "tcp", "deny").Outcome);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("")]
    public void A_drop_is_built_from_the_address_that_is_known(string destination)
    {
        var flow = Assert.Single(Explain("deny", "10.1.1.1", destination, "0.0.0.0", "0x0", "tcp", "deny").Flows);

        var match = flow.Packets!.Value;
        Assert.Equal(("10.1.1.1", false), (match.Source.ToString(), match.Destination.IsKnown));
    }

    private Explanation Explain(params object[] fields) =>
        _explainer.Explain(1, Encoding.UTF8.GetBytes(Message(fields)));

    private static string Message(params object[] fields) => string.Format(null, s_message, fields);

    private static Explainer Imported(TimeSpan maxAge)
    {
        var imported = Importer.Import(Config, "config.py");
        Assert.Null(imported.Error);
        var config = ConfigurationLoader.Parse(imported.Yaml!, "assist.yaml", [], Formats.Find).Config!;
        return new Explainer(
            config with { Decisions = config.Decisions with { MaxMessageAge = maxAge } }, TimeProvider.System);
    }
}
