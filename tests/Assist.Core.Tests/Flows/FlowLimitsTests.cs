using Assist.Addresses;
using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>What an attack can take of the table, limit by limit.</summary>
public sealed class FlowLimitsTests : TableAndSwitch
{
    private const int Capacity = 100;

    public FlowLimitsTests() => Table = Limited(new DropLimits());

    [Fact]
    public void A_scan_of_two_thousand_ports_becomes_one_entry_for_the_pair()
    {
        var outcomes = Enumerable.Range(1, 2000).Select(port => Table.Offer(Denial(1, (ushort)port), At(0))).ToList();
        Settle(1);
        var merged = Assert.Single(Table.Flows);
        Assert.True(merged.Verdict.IsMerged);
        Assert.Equal(
            (0, IpProtocol.Tcp, IpAddr.V4(0xcb007105)),
            (merged.Identity.Match.DestinationPort, merged.Identity.Match.Protocol, merged.Identity.Match.Destination));
        Assert.Equal(
            (9, 1991),
            (outcomes.Count(each => each == Outcome.Drop), outcomes.Count(each => each == Outcome.Duplicate)));
        Assert.Equal(8, Table.Ends.Count(FlowAction.Drop, FlowEnd.Merged));
        Assert.Single(Switch.Names);
    }

    [Fact]
    public void A_merged_drop_lives_no_longer_than_five_minutes_whatever_its_rule_says()
    {
        Scan(ports: 9);
        Assert.Equal(new FlowTimeouts(300, 300), Assert.Single(Table.Flows).Verdict.Timeouts);
        // And a repeat of one port a while later renews it by no more.
        Settle(0);
        Assert.Equal(Outcome.Refreshed, Table.Offer(Denial(1, 77), At(120)));
        Assert.Equal(At(420), Assert.Single(Table.Flows).ExpiresAt);
    }

    [Fact]
    public void A_pair_with_a_bypass_is_not_merged()
    {
        Table.Offer(Bypass(1), At(0));
        Scan(ports: 9);
        Assert.Equal(8, Table.Flows.Count(flow => flow.Identity.Action == FlowAction.Drop));
        Assert.Contains(Table.Flows, flow => flow.Identity == Bypass(1).Flow);
        Assert.Equal(1, Table.Limits.Refused()(FlowLimit.PortsPerPair));
    }

    [Fact]
    public void An_allowed_session_ends_the_merged_drop_that_would_take_it()
    {
        Scan(ports: 9);
        Assert.Equal(Outcome.Bypass, Table.Offer(Bypass(1), At(1)));
        Assert.Equal(Bypass(1).Flow, Assert.Single(Table.Flows).Identity);
        // A drop of its own port stays, as before.
        Table.Offer(Denial(2, 443), At(2));
        Assert.Equal(Outcome.Protected, Table.Offer(Bypass(2), At(3)));
    }

    [Fact]
    public void A_pair_is_not_merged_where_the_table_never_learns_what_is_allowed()
    {
        Table = Limited(new DropLimits { MergesPorts = false });
        Assert.Equal(Outcome.OverLimit, Scan(ports: 9));
        Assert.Equal((8, 1), (Table.Flows.Count, Table.Limits.Refused()(FlowLimit.PortsPerPair)));
    }

    [Fact]
    public void Denied_sessions_of_one_service_as_through_a_proxy_are_never_merged()
    {
        var outcomes = Enumerable.Range(1, 20).Select(port => Table.Offer(DeniedSession((ushort)(51_000 + port)), At(0)))
            .ToList();
        Assert.Equal(
            (8, 12), (outcomes.Count(each => each == Outcome.Drop), outcomes.Count(each => each == Outcome.OverLimit)));
        Assert.All(Table.Flows, flow => Assert.Equal(8080, flow.Identity.Match.DestinationPort));
        // Nor do they make a scan of the first denied port beside them.
        Assert.Equal(Outcome.Drop, Table.Offer(Denial(1, 22), At(0)));
        Assert.DoesNotContain(Table.Flows, flow => flow.Verdict.IsMerged);
    }

    [Fact]
    public void A_pair_that_must_not_be_dropped_is_not_merged()
    {
        Table.Admits = (in flow) => flow.Match.HasPort;
        Assert.Equal(Outcome.OverLimit, Scan(ports: 9));
        Assert.Equal(8, Table.Flows.Count);
    }

    [Fact]
    public void Threats_on_many_ports_are_not_merged()
    {
        for (ushort port = 1; port <= 20; port++)
            Assert.Equal(Outcome.Drop, Table.Offer(Denial(1, port) with { IsThreat = true }, At(0)));
        Assert.Equal(20, Table.Flows.Count);
    }

    [Fact]
    public void One_source_holds_32_entries_however_many_destinations_it_tries()
    {
        Table = Limited(new DropLimits { AsksForRepeat = false });
        for (var server = 0u; server < 200; server++) Table.Offer(Denial(1, 445, 0x0a010000 + server), At(0));
        Assert.Equal((32, 168L), (Table.Entries, Table.Limits.Refused()(FlowLimit.PerSource)));
        Assert.Equal(Outcome.Drop, Table.Offer(Denial(2, 445), At(0)));
    }

    [Fact]
    public void A_threat_takes_the_place_of_a_denial_of_its_own_source_and_is_refused_only_among_threats()
    {
        Table = Limited(new DropLimits { AsksForRepeat = false });
        for (var server = 0u; server < 32; server++) Table.Offer(Denial(1, 445, 0x0a010000 + server), At(0));
        for (var server = 32u; server < 64; server++)
            Assert.Equal(Outcome.Drop, Table.Offer(ThreatTo(server), At(0)));
        Assert.All(Table.Flows, flow => Assert.Equal(FlowClass.Threat, flow.Class));
        Assert.Equal((32, Outcome.OverLimit), (Table.Entries, Table.Offer(ThreatTo(64), At(0))));

        static Verdict ThreatTo(uint server) => Denial(1, 445, 0x0a010000 + server) with { IsThreat = true };
    }

    [Fact]
    public void A_flood_of_distinct_sources_takes_its_share_and_leaves_every_bypass_with_packets()
    {
        Table = Limited(new DropLimits { AsksForRepeat = false });
        var bypasses = Enumerable.Range(1, 40).Select(host => Installed(Bypass(host))).ToList();
        Count(bypasses);
        Observe(60);
        Flood(1000, at: 61);
        Assert.Equal((40, 20), (Bypasses, Table.Budget.Of(FlowClass.Denial)));
        foreach (var bypass in bypasses.Take(30).ToList()) Table.Remove(bypass, At(62));
        Flood(1000, at: 63);
        Assert.Equal((10, 50), (Bypasses, Table.Budget.Of(FlowClass.Denial)));
        Assert.True(Table.Limits.Refused()(FlowLimit.DenialShare) > 0);
    }

    [Fact]
    public void Drops_leave_a_quarter_of_the_table_to_bypasses_that_move_nothing()
    {
        Table = Limited(new DropLimits { AsksForRepeat = false, DenialShare = 100 });
        for (var host = 1; host <= 40; host++) Installed(Bypass(host));
        Observe(60);
        Flood(1000, at: 61);
        Assert.Equal((26, 74), (Table.Budget.Of(FlowClass.Bypass), Table.Budget.Of(FlowClass.Denial)));
        for (var host = 5000; host < 5100; host++) Table.Offer(Threat(host), At(62));
        Assert.Equal((26, 74, 0), (
            Table.Budget.Of(FlowClass.Bypass), Table.Budget.Of(FlowClass.Threat), Table.Budget.Of(FlowClass.Denial)));
    }

    [Fact]
    public void A_threat_takes_a_denials_place_before_that_of_a_bypass_with_packets()
    {
        Table = Limited(new DropLimits { AsksForRepeat = false });
        var bypasses = Enumerable.Range(1, 40).Select(host => Installed(Bypass(host))).ToList();
        Count(bypasses);
        Observe(60);
        Flood(20, at: 61);
        Assert.Equal(100, Table.Entries);
        for (var host = 5000; host < 5020; host++) Assert.Equal(Outcome.Drop, Table.Offer(Threat(host), At(62)));
        Assert.Equal((40, 0), (Bypasses, Table.Budget.Of(FlowClass.Denial)));
        Assert.Equal(Outcome.Drop, Table.Offer(Threat(6000), At(63)));
        Assert.Equal(39, Bypasses);
    }

    [Fact]
    public void A_threat_is_sent_before_denials_and_denials_before_the_rest()
    {
        Table.Offer(Bypass(1), At(0));
        Table.Offer(Drop(2), At(0));
        Table.Offer(Threat(3), At(0));
        var sent = Table.TakeChanges(At(1))!.Changes.Select(change => change.Record!.Class);
        Assert.Equal([FlowClass.Threat, FlowClass.Denial, FlowClass.Bypass], sent);
    }

    [Fact]
    public void A_denial_that_turns_out_to_be_an_attack_counts_as_a_threat_at_once()
    {
        Table.Offer(Drop(1), At(0));
        Table.Offer(Drop(2), At(0));
        Assert.Equal(Outcome.Duplicate, Table.Offer(Threat(2), At(1)));
        Assert.Equal((1, 1), (Table.Budget.Of(FlowClass.Denial), Table.Budget.Of(FlowClass.Threat)));
        Assert.Equal(
            [FlowClass.Threat, FlowClass.Denial], Table.TakeChanges(At(1))!.Changes.Select(each => each.Record!.Class));
        Assert.Equal(Outcome.Refreshed, Table.Offer(Drop(2), At(120)));
        Assert.Equal(1, Table.Budget.Of(FlowClass.Threat));
    }

    private int Bypasses => Table.Flows.Count(flow => flow.Identity.Action == FlowAction.Bypass);

    private static FlowTable Limited(DropLimits limits) =>
        new(new TableOptions { Capacity = Capacity, ReservedForDrops = 10, Drops = limits }, Planner);

    /// <summary>Of one source and one server; the last outcome.</summary>
    private Outcome Scan(int ports)
    {
        var last = Outcome.Drop;
        for (ushort port = 1; port <= ports; port++) last = Table.Offer(Denial(1, port), At(0));
        return last;
    }

    private void Flood(int sources, double at)
    {
        for (var host = 1000; host < 1000 + sources; host++) Table.Offer(Drop(host), At(at));
    }

    private void Count(IEnumerable<FlowRecord> flows)
    {
        foreach (var flow in flows) Switch.Count(flow.Entries[0].Key, 600);
    }
}
