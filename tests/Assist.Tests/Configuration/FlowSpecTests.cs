using Assist.Outputs.FlowSpec;

namespace Assist.Tests.Configuration;

public sealed class FlowSpecTests
{
    private const string Good =
        "flow_spec: {engine: \"unix:/run/gobgpd/api.sock\", mark: 65010:666, own_prefixes: [203.0.113.0/24]}\n";

    private const string Announced = "rules: [{name: a, when: {Type: x}, action: drop, announce: true";

    [Fact]
    public void Nothing_is_announced_unless_the_section_is_there() => Assert.Null(Loading.Config("").FlowSpec);

    [Fact]
    public void What_is_not_written_has_the_documented_default()
    {
        var read = Loading.Config(Good + Announced + "}]\n").FlowSpec!;

        Assert.Equal(new EngineAddress("/run/gobgpd/api.sock", null), read.Engine);
        Assert.Equal((100, TimeSpan.FromMinutes(1), true), (read.MaxRules, read.Lease, read.NoExport));
        Assert.Equal([Community.NoExport, new Community(65010, 666)], read.Communities);
        Assert.Equal("203.0.113.0/24", Assert.Single(read.OwnPrefixes).ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:50051", "http://127.0.0.1:50051/")]
    [InlineData("[::1]:50051", "http://[::1]:50051/")]
    [InlineData("localhost:50051", "http://localhost:50051/")]
    [InlineData("192.0.2.1:50051", "https://192.0.2.1:50051/")]
    [InlineData("gobgp.example:50051", "https://gobgp.example:50051/")]
    public void An_engine_elsewhere_is_asked_with_TLS(string text, string url) =>
        Assert.Equal(url, FlowSpec($"flow_spec.engine=\"{text}\"").Engine.Url!.AbsoluteUri);

    [Theory]
    [InlineData("http://192.0.2.1:50051")]
    [InlineData("192.0.2.1")]
    [InlineData("unix:api.sock")]
    [InlineData("user@192.0.2.1:50051")]
    [InlineData("192.0.2.1:50051/x")]
    [InlineData("192.0.2.1:")]
    public void What_is_no_address_is_an_error(string engine)
    {
        var errors = Loading.Errors(Loading.With(Good + Announced + "}]\n", $"flow_spec.engine={engine}"));

        Assert.Contains(
            $"flow_spec.engine: \"{engine}\" is no address", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "engine is missing", "mark is missing", "own_prefixes is missing")]
    [InlineData("{engine: \"127.0.0.1:1\", mark: 65535:1, own_prefixes: [0.0.0.0/0]}",
        "is no community of your own", "is everybody's")]
    [InlineData("{engine: \"127.0.0.1:1\", mark: 1:1, own_prefixes: [], max_rules: 0, lease: 0}",
        "max_rules: \"0\" is not", "lease: 0 is outside", "own_prefixes is empty")]
    public void Faults_are_told_with_their_key(string section, params string[] faults)
    {
        var errors = Loading.Errors(Loading.With($"flow_spec: {section}\n{Announced}}}]\n"));

        Assert.Equal(faults.Length, errors.Length);
        Assert.All(faults, fault =>
            Assert.Contains(errors, error => error.Contains(fault, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("rules: [{name: a, when: {Type: x}, action: bypass, announce: true}]", "only a drop can be announced")]
    [InlineData("rules: [{name: a, when: {Type: x}, action: ignore, announce: true}]", "announce has no meaning")]
    [InlineData(Announced + ", match: [src_ip]}]", "has to match dst_ip, protocol and dst_port")]
    [InlineData(Announced + ", match: [src_ip, dst_ip]}]", "has to match dst_ip, protocol and dst_port")]
    [InlineData(Announced + ", widen: true}]", "a rule that widens cannot be announced")]
    public void A_rule_that_no_router_could_take_is_an_error(string rules, string fault) => Assert.Contains(
        Loading.Errors(Loading.With(Good + rules + "\n")), error => error.Contains(fault, StringComparison.Ordinal));

    [Fact]
    public void A_rule_that_announces_needs_the_section() => Assert.Contains(
        "there is no section flow_spec", Assert.Single(Loading.Errors(Loading.With(Announced + "}]\n"))),
        StringComparison.Ordinal);

    [Fact]
    public void A_section_without_a_rule_that_announces_is_warned_of() => Assert.Contains(
        Loading.With(Good).Warnings,
        warning => $"{warning}".Contains("no rule has announce", StringComparison.Ordinal));

    private static FlowSpecOptions FlowSpec(string set) =>
        Loading.Config(Good + Announced + "}]\n", set).FlowSpec!;
}
