using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.FlowSpec;

namespace Assist.Tests.Outputs.FlowSpec;

public sealed class AnnouncementGuardTests
{
    private const string Attacker = "198.51.100.7";
    private const string Server = "203.0.113.9";

    private static readonly FlowSpecOptions s_options = new()
    {
        Engine = new EngineAddress("/run/gobgpd/api.sock", null),
        Mark = new Community(65010, 666),
        OwnPrefixes = [Prefix("203.0.113.0/24"), Prefix("2001:db8:2::/48")],
        Routers = [Prefix("203.0.113.1")],
    };

    private readonly AnnouncementGuard _guard = new(s_options, address => address == Address("203.0.113.53"))
    {
        Speakers = new HashSet<IpAddr> { Address("203.0.113.2"), Address("192.0.2.10") },
    };

    [Theory]
    [InlineData(Attacker, 40001, Server, 443, 6)]
    [InlineData(Attacker, 0, Server, 443, 6)]
    [InlineData(Attacker, 0, Server, 0, 17)]
    [InlineData(Attacker, 0, Server, 0, 1)]
    [InlineData(Attacker, 179, Server, 179, 17)]
    [InlineData("2001:db8:1::7", 0, "2001:db8:2::9", 53, 17)]
    public void A_drop_towards_a_host_of_ours_is_announced(
        string from, int port, string to, int toPort, byte protocol) =>
        Assert.Equal(Withheld.None, Judge(from, port, to, toPort, protocol));

    [Theory]
    [InlineData(Attacker, 0, "", 0, 6, Withheld.NoDestination)]
    [InlineData(Server, 443, Attacker, 40001, 6, Withheld.NotOurs)]
    [InlineData(Attacker, 1, "203.0.112.255", 443, 6, Withheld.NotOurs)]
    [InlineData(Attacker, 1, "203.0.113.53", 443, 6, Withheld.Protected)]
    [InlineData("203.0.113.53", 1, Server, 443, 6, Withheld.Protected)]
    [InlineData(Attacker, 1, "203.0.113.1", 443, 6, Withheld.Speaker)]
    [InlineData(Attacker, 1, "203.0.113.2", 0, 17, Withheld.Speaker)]
    [InlineData("192.0.2.10", 1, Server, 443, 6, Withheld.Speaker)]
    [InlineData(Attacker, 1, Server, 179, 6, Withheld.BgpPort)]
    [InlineData(Attacker, 179, Server, 40001, 6, Withheld.BgpPort)]
    [InlineData(Attacker, 0, Server, 0, 6, Withheld.BgpPort)]
    [InlineData(Attacker, 0, Server, 0, 0, Withheld.BgpPort)]
    [InlineData("2001:db8:1::7", 0, Server, 0, 17, Withheld.NotAsDecided)]
    public void A_drop_that_could_reach_further_is_withheld(
        string from, int port, string to, int toPort, byte protocol, Withheld why) =>
        Assert.Equal(why, Judge(from, port, to, toPort, protocol));

    [Fact]
    public void Only_drops_are_announced() =>
        Assert.Equal(Withheld.NotADrop, _guard.Judge(
            new FlowIdentity(FlowAction.Bypass, Match(Attacker, 1, Server, 443, 6), Placement.Either)));

    [Fact]
    public void What_is_sent_is_judged_by_its_bytes()
    {
        var decided = FlowSpecEntry.Of(Match(Attacker, 1, Server, 443, 6));
        // The bytes of a rule without ports under the match of one with.
        var wider = FlowSpecEntry.Read(FlowSpecNlri.Of(Match(Attacker, 0, Server, 0, 17)), isV6: false);

        Assert.Equal(Withheld.None, _guard.Judge(decided));
        Assert.Equal(Withheld.NotAsDecided, _guard.Judge(wider));
        Assert.Equal(Withheld.NotAsDecided, _guard.Judge(decided with { Drops = false }));
    }

    private Withheld Judge(string from, int port, string to, int toPort, byte protocol) => _guard.Judge(
        new FlowIdentity(FlowAction.Drop, Match(from, port, to, toPort, protocol), Placement.Anywhere));

    private static FlowMatch Match(string from, int port, string to, int toPort, byte protocol) =>
        FlowSpecNlriTests.Match(from, port, to, toPort, new IpProtocol(protocol));

    private static IpAddr Address(string text) => IpAddr.TryParse(text, out var address) ? address : default;

    private static IpPrefix Prefix(string text) => IpPrefix.TryParse(text, out var prefix) ? prefix : default;
}
