using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Outputs.DirectFlow;

/// <summary>Which static flows are missing, stale or contradict each other.</summary>
public sealed class StaticAuditTests
{
    private static readonly IReadOnlyList<FlowEntry> s_wanted = StaticFlows.For(Wiring);

    private static readonly IReadOnlyList<FlowEntry> s_before =
        StaticFlows.For(Wiring with { A = Wiring.A with { Network = "Ethernet10" } });

    public static TheoryData<OperatingMode, string> Wirings()
    {
        var data = new TheoryData<OperatingMode, string>();
        foreach (var mode in Enum.GetValues<OperatingMode>())
            foreach (var port in (string[])["Ethernet1", "Et5/1", "Po10", "Port-Channel10", "e1"]) data.Add(mode, port);
        return data;
    }

    [Theory]
    [MemberData(nameof(Wirings))]
    public void Nothing_is_wrong_with_what_setup_has_written(OperatingMode mode, string port)
    {
        var wanted = StaticFlows.For(Modes(mode, port));

        AssertNone(Judge(wanted, Shown(wanted)));
    }

    [Theory]
    [MemberData(nameof(Wirings))]
    public void What_setup_has_written_for_another_wiring_is_stale(OperatingMode mode, string port)
    {
        var wanted = StaticFlows.For(Modes(mode, port));
        var other = StaticFlows.For(Wiring with { A = new Zone { Network = "Ethernet21", Firewall = "Ethernet22" } });

        var faults = Judge(other, [.. Shown(wanted), .. Shown(other)]);

        Assert.Equal(
            wanted.Select(flow => flow.Name).Except(other.Select(flow => flow.Name)).Order(StringComparer.Ordinal),
            faults.Stale);
    }

    [Fact]
    public void A_re_cabling_leaves_stale_entries_that_contradict_the_new_ones()
    {
        var faults = Judge(s_wanted, [.. Shown(s_wanted), .. Shown(s_before)]);

        Assert.Equal(
            [s_before[0].Name, s_before[1].Name], faults.Stale);
        var contradiction = Assert.Single(faults.Contradictions);
        Assert.Equal("Ethernet2", contradiction.Port);
        Assert.Equal(
            [s_wanted[1].Name, s_before[1].Name], contradiction.Entries);
        Assert.Empty(faults.Missing);
    }

    [Theory]
    [InlineData(EntryStatus.Rejected)]
    [InlineData(EntryStatus.NotProgrammed)]
    public void One_that_does_not_act_is_missing(EntryStatus status)
    {
        var shown = Shown(s_wanted);
        shown[2] = shown[2] with { Status = status };

        Assert.Equal([s_wanted[2].Name], Judge(s_wanted, shown).Missing);
    }

    [Fact]
    public void One_that_was_changed_by_hand_is_altered_and_not_missing()
    {
        var shown = Shown(s_wanted);
        var entry = (FlowEntry)shown[0].Entry;
        shown[0] = shown[0] with { Entry = entry with { Action = new EntryAction { Drop = true } } };

        var faults = Judge(s_wanted, shown);

        Assert.Equal([s_wanted[0].Name], faults.Altered);
        Assert.Empty(faults.Missing);
        Assert.Empty(faults.Stale);
    }

    [Fact]
    public void One_that_does_not_act_contradicts_nobody()
    {
        var stale = Shown(s_before).ConvertAll(found => found with { Status = EntryStatus.Rejected });

        var faults = Judge(s_wanted, [.. Shown(s_wanted), .. stale]);

        Assert.Equal(2, faults.Stale.Count);
        Assert.Empty(faults.Contradictions);
    }

    public static TheoryData<string, FlowEntry> NotOurs()
    {
        var ours = s_before[0];
        return new TheoryData<string, FlowEntry>
        {
            { "a name of somebody", ours with { Name = "STATIC_OF_SOMEBODY" } },
            { "a port that cannot be one of ours", ours with { Name = ours.Name.Replace("10", "10;reload") } },
            { "no output", ours with { Name = "STATIC_THRU_FIREWALL__in:Ethernet10__out:" } },
            { "a match that setup never writes", ours with { Match = ours.Match with { Vlan = 9 } } },
            { "an address", ours with { Match = ours.Match with { Source = IpAddr.V4(1) } } },
            { "another output than its name tells",
                ours with { Action = new EntryAction { OutputInterfaces = ["Ethernet9"] } } },
            { "a drop", ours with { Action = new EntryAction { Drop = true } } },
            { "another priority", ours with { Priority = 20 } },
        };
    }

    [Theory]
    [MemberData(nameof(NotOurs))]
    public void What_is_not_ours_beyond_doubt_is_never_stale(string why, FlowEntry entry) =>
        Assert.True(Judge(s_wanted, [.. Shown(s_wanted), .. Shown([entry])]).Stale.Count == 0, why);

    [Fact]
    public void What_cannot_be_read_in_full_is_never_stale() => Assert.Empty(
        Judge(s_wanted, [.. Shown(s_wanted), Shown(s_before)[0] with { IsComplete = false }]).Stale);

    [Fact]
    public void Ours_that_was_not_finished_is_stale()
    {
        var half = s_before[0] with { Action = new EntryAction(), Priority = 0 };

        Assert.Equal([half.Name], Judge(s_wanted, [.. Shown(s_wanted), .. Shown([half])]).Stale);
    }

    [Fact]
    public void A_foreign_entry_that_claims_a_port_of_ours_at_our_priority_contradicts_it()
    {
        var foreign = s_wanted[1] with { Name = "HAND", Action = new EntryAction { Drop = true } };

        var faults = Judge(s_wanted, [.. Shown(s_wanted), .. Shown([foreign])]);

        Assert.Equal(["HAND", s_wanted[1].Name], Assert.Single(faults.Contradictions).Entries);
        Assert.Empty(faults.Stale);
    }

    [Fact]
    public void Foreign_entries_of_other_priorities_or_matches_contradict_nobody()
    {
        var foreign = s_wanted[1] with { Name = "MSS", Action = new EntryAction { Drop = true } };

        AssertNone(Judge(s_wanted,
        [
            .. Shown(s_wanted), .. Shown([foreign with { Priority = 99 }]),
            .. Shown([foreign with { Match = foreign.Match with { Vlan = 9 } }]),
        ]));
    }

    private static Topology Modes(OperatingMode mode, string port) => Wiring with
    {
        Mode = mode,
        A = Wiring.A with { Network = port, FirewallHa = "Ethernet3" },
        TapMirrored = [port, "Po2"],
        TapToFirewall = ["Ethernet7", "Et8/1"],
    };

    private static void AssertNone(StaticFaults faults)
    {
        Assert.Empty(faults.Missing);
        Assert.Empty(faults.Stale);
        Assert.Empty(faults.Contradictions);
        Assert.Empty(faults.Altered);
    }

    private static StaticFaults Judge(IReadOnlyList<FlowEntry> wanted, IReadOnlyList<InstalledEntry> shown) =>
        StaticAudit.Judge(wanted, new InstalledFlows { Entries = shown });

    // As EOS shows them: long names of ports.
    private static List<InstalledEntry> Shown(IReadOnlyList<FlowEntry> flows) =>
    [
        .. flows.Select(flow => new InstalledEntry
        {
            Entry = flow with
            {
                Match = flow.Match with { InputInterfaces = Long(flow.Match.InputInterfaces) },
                Action = flow.Action with
                {
                    OutputInterfaces = Long(flow.Action.OutputInterfaces),
                    MirrorInterfaces = Long(flow.Action.MirrorInterfaces),
                },
            },
            Status = EntryStatus.Programmed,
        }),
    ];

    private static string[] Long(IEnumerable<string> ports) => [.. ports.Select(InterfaceName.Canonical)];
}
