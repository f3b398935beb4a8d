namespace Assist.Tests.Configuration;

public sealed class OverrideTests
{
    [Fact]
    public void An_option_replaces_adds_and_appends()
    {
        var config = Loading.Config(
            "listeners:\n  - {transport: udp, port: 514}\n",
            "listeners.0.port=10514", "listeners.1.transport=tcp", "flows.drop.lifetime=10m",
            "firewall.senders=[10.0.0.1, 10.0.0.2]",
            "log.file=/var/log/a: b #c");

        Assert.Equal([10514, 9514], config.Listeners.Select(l => l.Port));
        Assert.Equal(10, config.Decisions.Lifetimes.Drop.Hard.TotalMinutes);
        Assert.Equal(2, config.Syslog.Senders.Count);
        Assert.Equal("/var/log/a: b #c", config.Log.File);
    }

    [Fact]
    public void An_option_fills_a_section_that_the_file_leaves_out()
    {
        Assert.Equal(10514, Assert.Single(Loading.Config("", "listeners.0.port=10514").Listeners).Port);
        Assert.Equal(10514, Assert.Single(Loading.Config("listeners:\n", "listeners.0.port=10514").Listeners).Port);
    }

    [Theory]
    [InlineData("flows.drop.lifetime=x", "--set flows.drop.lifetime: flows.drop.lifetime: \"x\" is not a duration; "
        + "write it as 30s, 5m, 2h, 1d or 0")]
    [InlineData("flow.capacity=10", "--set flow.capacity: unknown key \"flow\"; did you mean \"flows\"?")]
    [InlineData("flows", "--set flows: write it as --set key.path=value, such as --set listeners.0.port=10514")]
    [InlineData("=1", "--set : write it as --set key.path=value, such as --set listeners.0.port=10514")]
    [InlineData("listeners.1.port=514", "--set listeners.1.port: \"1\" is no index of that list; it has 0 entries, "
        + "counted from 0, and 0 appends one")]
    [InlineData("mode.a=1", "--set mode.a: \"a\" is looked for in a single value; name the key of a section or the "
        + "index of a list")]
    [InlineData("firewall.senders=[10.0.0.1", "--set firewall.senders: not valid YAML: a comma or the closing "
        + "bracket is missing before this")]
    [InlineData("firewall.senders=[x]", "--set firewall.senders: firewall.senders: \"x\" is neither an address nor a "
        + "prefix such as 192.0.2.0/24 (names are not looked up)")]
    public void An_error_in_an_option_names_the_option(string set, string expected) =>
        Loading.Fails(Loading.With("", set), expected);
}
