using Assist.Configuration;

namespace Assist.Tests.Configuration;

public sealed class TrafficPolicyTests
{
    private const string Inline = """
        mode: inline
        firewall: {senders: [192.0.2.10]}

        """;

    [Fact]
    public void A_file_of_before_takes_DirectFlow() =>
        Assert.Equal(SwitchOutput.DirectFlow, Loading.Config("").Enforcement.Output);

    [Fact]
    public void A_traffic_policy_needs_no_zones_and_a_place_where_it_is_bound()
    {
        var read = Loading.Parse(Inline + """
            switch: {output: traffic-policy}
            traffic_policy: {name: EDGE, interfaces: [Et1, Vlan20]}
            """);
        Assert.Empty(read.Errors);
        Assert.Equal(("EDGE", "Ethernet1,Vlan20"), (read.Config!.Enforcement.Policy.Name,
            string.Join(',', read.Config.Enforcement.Policy.Interfaces)));
    }

    [Theory]
    [InlineData("mode: shunt", "traffic_policy: {interfaces: [Et1]}", "mode shunt needs switch.output: directflow")]
    [InlineData("mode: mirror_and_shunt", "traffic_policy: {interfaces: [Et1]}",
        "mode mirror_and_shunt needs switch.output: directflow")]
    [InlineData("mode: inline", "", "a traffic policy acts only where it is bound")]
    [InlineData("mode: inline", "traffic_policy: {into: office, vrf: ALL}", "whoever writes that policy binds it too")]
    [InlineData("mode: inline", "traffic_policy: {name: 'a b', vrf: ALL}", "traffic_policy.name: a name of up to 32")]
    [InlineData("mode: inline", "traffic_policy: {interfaces: ['Et1; reload']}", "is not the name of an interface")]
    public void What_it_cannot_do_is_an_error_with_the_way_out(string mode, string policy, string error)
    {
        var read = Loading.Parse($"""
            {mode}
            firewall: {"{senders: [192.0.2.10]}"}
            switch: {"{output: traffic-policy}"}
            {policy}
            """);
        Assert.Contains(error, Assert.Single(Loading.Errors(read)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_it_the_section_says_that_it_does_nothing() => Assert.Contains(
        Loading.With("traffic_policy: {interfaces: [Et1]}").Warnings,
        warning => warning.Message.Contains("traffic_policy has no effect", StringComparison.Ordinal));
}
