using Assist.Addresses;
using Assist.Flows;
using Assist.Guards;
using Assist.Tests.Flows;

namespace Assist.Tests.Guards;

/// <summary>Each guard refuses and admits, whatever input the wish came by: no log is needed.</summary>
public sealed class AdmissionTests
{
    private const string Client = "192.0.2.10";
    private const string Server = "203.0.113.20";
    private static readonly IpProtocol s_gre = IpProtocol.TryParse("gre"u8, out var gre) ? gre : default;

    [Theory]
    [InlineData(FlowAction.Drop)]
    [InlineData(FlowAction.Bypass)]
    [InlineData(FlowAction.Redirect)]
    public void A_whole_session_is_admitted(FlowAction action) => Assert.Null(Refusal(Session(action)));

    [Theory]
    [InlineData(FlowAction.Drop)]
    [InlineData(FlowAction.Bypass)]
    [InlineData(FlowAction.Redirect)]
    public void What_the_target_cannot_do_is_refused(FlowAction action)
    {
        var others = Enum.GetValues<FlowAction>().Where(other => other != action);
        var guards = new Admission(ProtectedSet.Empty, others);
        Assert.Equal(Reason.ActionNotPossible, guards.Refusal(Session(action), default));
        Assert.All(others, other => Assert.Null(guards.Refusal(Session(other), default)));
    }

    [Theory]
    [InlineData(FlowAction.Drop)]
    [InlineData(FlowAction.Bypass)]
    [InlineData(FlowAction.Redirect)]
    public void A_match_without_any_address_is_refused_however_wide_it_may_be(FlowAction action)
    {
        var nobody = Change(Session(action), match => match with { Source = default, Destination = default });
        Assert.Equal(Reason.AddressUnknown, Refusal(nobody with { MayWiden = true }));
        Assert.Equal(Reason.AddressUnknown, Refusal(nobody with { Parts = MatchSet.None }));
    }

    [Fact]
    public void No_drop_touches_what_was_learnt_from_the_switch_and_none_stays_that_does()
    {
        var learnt = new ChangingAddresses(null);
        var guards = new Admission(ProtectedSet.Empty, Enum.GetValues<FlowAction>(), learnt: learnt);
        Assert.True(IpPrefix.TryParse(Server, out var server));
        learnt.Now = new ProtectedSet([server]);

        var drop = Session(FlowAction.Drop);
        Assert.Equal(Reason.AddressLearnt, guards.Refusal(drop, default));
        Assert.False(guards.MayStay(drop.Flow));
        var facts = new SessionFacts(default, default, BypassObstacles.None) { NatDestination = server.Address };
        var other = Change(drop, match => match with { Destination = IpAddr.V4(1 << 24) });
        Assert.Equal(Reason.AddressLearnt, guards.Refusal(other, facts));
        Assert.Null(guards.Refusal(other, default));
        Assert.Null(guards.Refusal(Session(FlowAction.Bypass), default));
    }

    [Fact]
    public void No_drop_begins_before_it_is_known_what_the_switch_depends_on_and_those_that_there_are_stay()
    {
        var guards = new Admission(
            ProtectedSet.Empty, Enum.GetValues<FlowAction>(), learnt: new ChangingAddresses(null));
        Assert.Equal(Reason.NothingLearnt, guards.Refusal(Session(FlowAction.Drop), default));
        Assert.True(guards.MayStay(Session(FlowAction.Drop).Flow));
        Assert.Null(guards.Refusal(Session(FlowAction.Bypass), default));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public void A_set_of_any_size_has_its_addresses_and_the_prefixes_between_them(int addresses)
    {
        Assert.True(IpPrefix.TryParse("203.0.113.0/28", out var wide));
        var set = new ProtectedSet([
            .. Enumerable.Range(1, addresses).Select(host => new IpPrefix(IpAddr.V4(0x0a000000u + (uint)host), 32)),
            wide,
        ]);
        Assert.True(set.Contains(IpAddr.V4(0x0a000001)));
        Assert.True(set.Contains(IpAddr.V4(0x0a000000u + (uint)addresses)));
        Assert.False(set.Contains(IpAddr.V4(0x0a000001u + (uint)addresses)));
        Assert.True(set.Contains(IpAddr.V4(0xcb00710f)));
        Assert.False(set.Contains(IpAddr.V4(0xcb007110)));
        Assert.False(set.Contains(default));
    }

    [Theory]
    [InlineData(FlowAction.Drop, null)]
    [InlineData(FlowAction.Redirect, null)]
    [InlineData(FlowAction.Bypass, Reason.AddressUnknown)]
    public void One_address_is_enough_for_all_but_a_bypass(FlowAction action, Reason? reason)
    {
        var bySource = Change(Session(action), match => match with { Destination = default });
        Assert.Equal(Reason.AddressUnknown, Refusal(bySource));
        Assert.Equal(reason, Refusal(bySource with { MayWiden = true }));
        Assert.Equal(reason, Refusal(bySource with { Parts = MatchSet.SourceIp }));
    }

    [Theory]
    [InlineData(FlowAction.Drop, "icmp", Reason.IcmpHasNoPorts)]
    [InlineData(FlowAction.Drop, "ipv6-icmp", Reason.IcmpHasNoPorts)]
    [InlineData(FlowAction.Bypass, "icmp", Reason.IcmpHasNoPorts)]
    [InlineData(FlowAction.Redirect, "icmp", null)]
    [InlineData(FlowAction.Drop, "gre", null)]
    public void A_denied_ping_stops_no_other_ICMP_unless_the_match_asks_for_no_port(
        FlowAction action, string name, Reason? reason)
    {
        Assert.True(IpProtocol.TryParse(System.Text.Encoding.ASCII.GetBytes(name), out var protocol));
        var ping = Change(Session(action), match =>
            match with { SourcePort = 0, DestinationPort = 0, Protocol = protocol });
        Assert.Equal(reason, Refusal(ping));
        Assert.Null(Refusal(ping with { MayWiden = true }));
        Assert.Null(Refusal(ping with
        {
            Parts = MatchSet.SourceIp | MatchSet.DestinationIp | MatchSet.Protocol,
        }));
    }

    // What no policy decided on is not dropped, and what nobody saw begin is not bypassed.
    [Theory]
    [InlineData(FlowAction.Drop, Reason.SessionUnknown)]
    [InlineData(FlowAction.Bypass, Reason.SessionUnknown)]
    [InlineData(FlowAction.Redirect, null)]
    public void A_packet_of_no_session_that_the_firewall_knows_makes_no_drop_and_no_bypass(
        FlowAction action, Reason? reason)
    {
        var facts = new SessionFacts { IsOutOfState = true };
        Assert.Equal(reason, Given.Open.Refusal(Session(action), facts));
        Assert.Null(Given.Open.Refusal(Session(action) with { MayWiden = true }, facts));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.1.1")]
    [InlineData("224.0.0.5")]
    [InlineData("255.255.255.255")]
    public void An_address_that_is_not_routed_unicast_is_refused_at_either_end(string address)
    {
        foreach (var action in Enum.GetValues<FlowAction>())
        {
            var wish = Session(action);
            var from = Change(wish, match => match with { Source = Ip(address) });
            var to = Change(wish, match => match with { Destination = Ip(address) });
            Assert.Equal((Reason.AddressNotRoutable, Reason.AddressNotRoutable), (Refusal(from), Refusal(to)));
        }
    }

    [Theory]
    [InlineData("2001:db8::1", Server, Reason.FamiliesDiffer)]
    [InlineData(Client, "2001:db8::1", Reason.FamiliesDiffer)]
    [InlineData("2001:db8::1", "2001:db8::2", null)]
    public void Both_addresses_are_of_one_family(string source, string destination, Reason? reason)
    {
        foreach (var action in Enum.GetValues<FlowAction>())
            Assert.Equal(reason, Refusal(Change(
                Session(action), match => match with { Source = Ip(source), Destination = Ip(destination) })));
    }

    [Theory]
    [InlineData(FlowAction.Drop, Reason.PartUnknown)]
    [InlineData(FlowAction.Bypass, Reason.PartUnknown)]
    [InlineData(FlowAction.Redirect, null)]
    public void A_flow_that_would_hit_more_than_was_meant_is_refused(FlowAction action, Reason? reason)
    {
        foreach (var (part, forget) in s_partsOfASession)
        {
            var wider = Change(Session(action), forget);
            Assert.Equal(reason, Refusal(wider));
            Assert.Null(Refusal(wider with { MayWiden = true }));
            Assert.Null(Refusal(wider with { Parts = MatchSet.FiveTuple & ~part }));
        }
    }

    [Fact]
    public void A_protocol_without_ports_lacks_none()
    {
        static FlowMatch Ping(FlowMatch match) =>
            match with { SourcePort = 0, DestinationPort = 0, Protocol = s_gre };
        Assert.Null(Refusal(Change(Session(FlowAction.Drop), Ping)));
    }

    [Theory]
    [InlineData("192.0.2.10/32")]
    [InlineData("203.0.113.0/24")]
    [InlineData("0.0.0.0/0")]
    public void No_drop_touches_a_protected_address_and_the_rest_may(string prefix)
    {
        var guards = Given.Protecting(Prefix("198.51.100.0/24"), Prefix(prefix));
        Assert.Equal(Reason.AddressNeverDropped, guards.Refusal(Session(FlowAction.Drop), default));
        Assert.Null(guards.Refusal(Session(FlowAction.Bypass), default));
        Assert.Null(guards.Refusal(Session(FlowAction.Redirect), default));
        Assert.Null(Given.Protecting(Prefix("198.51.100.0/24")).Refusal(Session(FlowAction.Drop), default));
    }

    [Fact]
    public void No_drop_touches_what_an_operator_allows_for_as_long_as_it_is_allowed()
    {
        var allowed = new ChangingAddresses(ProtectedSet.Empty);
        var guards = new Admission(ProtectedSet.Empty, Enum.GetValues<FlowAction>(), allowed);
        Assert.Null(guards.Refusal(Session(FlowAction.Drop), default));

        allowed.Now = new ProtectedSet([Prefix("192.0.2.0/28")]);

        Assert.Equal(Reason.AddressAllowed, guards.Refusal(Session(FlowAction.Drop), default));
        Assert.False(guards.MayStay(Session(FlowAction.Drop).Flow));
        Assert.Null(guards.Refusal(Session(FlowAction.Bypass), default));
        Assert.Null(guards.Refusal(Session(FlowAction.Redirect), default));
        allowed.Now = ProtectedSet.Empty;
        Assert.Null(guards.Refusal(Session(FlowAction.Drop), default));
    }

    [Theory]
    [InlineData(Client)]
    [InlineData(Server)]
    public void A_drop_of_one_address_is_refused_where_the_sessions_other_end_is_protected(string address)
    {
        var guards = Given.Protecting(Prefix(address));
        var facts = new SessionFacts(Ip(Client), Ip(Server), BypassObstacles.None);
        var other = Ip(address == Client ? Server : Client);
        var wish = Change(Session(FlowAction.Drop), _ => new FlowMatch { Source = other });
        wish = wish with { Parts = MatchSet.SourceIp };
        Assert.Equal(Reason.AddressNeverDropped, guards.Refusal(wish, facts));
        Assert.Null(guards.Refusal(wish, default));
    }

    [Fact]
    public void No_drop_is_made_for_a_session_whose_translated_address_is_protected()
    {
        var guards = Given.Protecting(Prefix("10.0.0.53"));
        var facts = new SessionFacts(Ip(Client), Ip(Server), BypassObstacles.Nat);
        var wish = Session(FlowAction.Drop);
        Assert.Null(guards.Refusal(wish, facts));
        var towards = facts with { NatDestination = Ip("10.0.0.53") };
        var from = facts with { NatSource = Ip("10.0.0.53") };
        Assert.Equal(Reason.AddressNeverDropped, guards.Refusal(wish, towards));
        Assert.Equal(Reason.AddressNeverDropped, guards.Refusal(wish, from));
    }

    [Theory]
    [InlineData(BypassObstacles.None, null)]
    [InlineData(BypassObstacles.Nat, Reason.SessionTranslated)]
    [InlineData(BypassObstacles.Decrypted, Reason.SessionDecrypted)]
    [InlineData(BypassObstacles.Proxied, Reason.SessionProxied)]
    [InlineData(BypassObstacles.Tunnelled, Reason.SessionTunnelled)]
    [InlineData(BypassObstacles.PolicyForwarded, Reason.SessionForwardedByPolicy)]
    [InlineData(BypassObstacles.Unknown, Reason.SessionUndescribed)]
    [InlineData(BypassObstacles.Ended, Reason.SessionEnded)]
    [InlineData(BypassObstacles.Ended | BypassObstacles.Nat, Reason.SessionEnded)]
    public void A_session_that_the_switch_would_see_otherwise_is_never_bypassed(
        BypassObstacles obstacles, Reason? reason)
    {
        var facts = new SessionFacts(Ip(Client), Ip(Server), obstacles);
        Assert.Equal(reason, Given.Open.Refusal(Session(FlowAction.Bypass), facts));
        Assert.Null(Given.Open.Refusal(Session(FlowAction.Drop), facts));
        Assert.Null(Given.Open.Refusal(Session(FlowAction.Redirect), facts));
    }

    [Theory]
    [InlineData(InterfaceMapping.Mapped, null)]
    [InlineData(InterfaceMapping.Unmapped, Reason.InterfaceNotMapped)]
    [InlineData(InterfaceMapping.SameZone, Reason.InterfacesOnOneSide)]
    public void A_bypass_goes_from_one_zone_to_the_other(InterfaceMapping interfaces, Reason? reason)
    {
        Assert.Equal(reason, Refusal(Session(FlowAction.Bypass) with { Interfaces = interfaces }));
        Assert.Null(Refusal(Session(FlowAction.Drop) with { Interfaces = interfaces }));
    }

    [Fact]
    public void A_flow_on_the_switch_may_stay_where_a_wish_for_it_would_be_admitted()
    {
        Assert.True(Given.Open.MayStay(Given.Drop().Flow));
        Assert.False(Given.Protecting(Prefix("10.0.0.1")).MayStay(Given.Drop(1).Flow));
        Assert.True(Given.Protecting(Prefix("10.0.0.1")).MayStay(Given.Drop(2).Flow));
        // What it is meant to match it says itself.
        Assert.True(Given.Open.MayStay(Given.Drop().Flow with { Match = new FlowMatch { Source = Ip(Client) } }));
        Assert.False(Given.Open.MayStay(Given.Drop().Flow with { Match = default }));
    }

    private static readonly (MatchSet Part, Func<FlowMatch, FlowMatch> Forget)[] s_partsOfASession =
    [
        (MatchSet.Protocol, match => match with { Protocol = default, SourcePort = 0, DestinationPort = 0 }),
        (MatchSet.SourcePort, match => match with { SourcePort = 0 }),
        (MatchSet.DestinationPort, match => match with { DestinationPort = 0 }),
    ];

    private static Reason? Refusal(Wish wish) => Given.Open.Refusal(wish, default);

    private static Wish Session(FlowAction action) =>
        new(new FlowIdentity(action, Whole, Placement.AToB), MatchSet.FiveTuple, MayWiden: false);

    private static Wish Change(Wish wish, Func<FlowMatch, FlowMatch> change) =>
        wish with { Flow = wish.Flow with { Match = change(wish.Flow.Match) } };

    private static FlowMatch Whole => new()
    {
        Source = Ip(Client),
        Destination = Ip(Server),
        SourcePort = 51000,
        DestinationPort = 443,
        Protocol = IpProtocol.Tcp,
    };

    private static IpAddr Ip(string text)
    {
        Assert.True(IpAddr.TryParse(text, out var address));
        return address;
    }

    private static IpPrefix Prefix(string text)
    {
        Assert.True(IpPrefix.TryParse(text, out var prefix));
        return prefix;
    }
}
