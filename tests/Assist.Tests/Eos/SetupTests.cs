using Assist.Eos;
using Assist.Inputs.Formats.Keyed;
using Assist.Tests.Conformance;
using Assist.Tests.Processes;

namespace Assist.Tests.Eos;

/// <summary>The requests that the original's `setup` sends, by mode, with one firewall or two.</summary>
public sealed class SetupTests : SwitchTests
{
    private const string Comment = "DO NOT DELETE before confirming there are no L2 loops\nEOF";
    private static readonly EapiCommand[] s_configure = ["enable", "configure"];
    private static readonly EapiCommand[] s_directFlow = [.. s_configure, "directflow", "no shutdown"];

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    public void SHUNT_MODE_is_accepted(bool ha, int flows)
    {
        RunAll([.. Ports(ha), Static("STATIC_THRU_FIREWALL",
            [.. Pair("Ethernet1", Firewall(2, 3, ha)), .. Pair("Ethernet4", Firewall(5, 6, ha))])]);
        Settle();
        Assert.Equal(flows, Programmed().Length);
        Assert.Equal(Firewall(2, 3, ha), Switch.Forward(Web()).Ports);
        Assert.Equal("Ethernet4", Switch.Forward(Web(ha ? "Ethernet6" : "Ethernet5")).Ports);
        var port = Switch.Snapshot().Interfaces.Single(i => i.Name == "Ethernet5");
        Assert.Equal(new InterfaceConfig("Ethernet5")
        {
            MacAddressLearning = false,
            BpduFilter = true,
            BroadcastLevel = "0.1",
            MulticastLevel = "0.1",
        }, port);
        Assert.Equal(ha ? 4 : 2, Switch.Snapshot().Interfaces.Count);
        Assert.Equal(Comment[..^4], Switch.Snapshot().Flows[0].Comment);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void INLINE_MODE_is_accepted(bool ha)
    {
        RunAll([Static("STATIC_TO_FIREWALL", Pair("Ethernet1", Firewall(2, 3, ha)))]);
        Settle();
        Assert.Equal(2, Programmed().Length);
    }

    // The original sends the same with one firewall and with two.
    [Fact]
    public void MIRROR_MODE_is_accepted()
    {
        RunAll(
        [
            .. Taps(),
            [.. s_directFlow, "flow MIRROR_TO_FW_TAP__Ethernet1_mirror_to:Ethernet7", "action egress mirror Ethernet7",
                "match input interface Ethernet1", "priority 10", "end"],
        ]);
        Settle();
        Assert.Equal("Ethernet7", Assert.Single(Switch.Forward(Web()).Mirrored).Port);
        Assert.Equal("normal", Switch.Forward(Web()).Ports);
        var session = Assert.Single(Switch.Snapshot().MonitorSessions);
        Assert.Equal(new NamedLines("DFLOW_MIRROR_TO_FW_TAP_Ethernet7", ["Ethernet7"]), session);
    }

    // It prints a list of Python into the line and cannot have worked as it was shipped: facts 1.9.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MIRROR_AND_SHUNT_MODE_is_refused_at_the_list_in_brackets(bool ha)
    {
        RunAll([.. Ports(ha), .. Taps()]);
        const string name = "STATIC_BYPASS_FW__in:Ethernet1_out:Ethernet4_mirror_to:['Ethernet7']";
        var reply = Switch.Run(new RunCmds([.. s_directFlow, $"flow {name}",
            "action output interface Ethernet4", "action egress mirror ['Ethernet7']",
            "match input interface Ethernet1"]));
        Assert.Equal("Invalid input (at token 3: '['Ethernet7']')", ErrorOf(reply));
        Assert.Equal(["Ethernet4"], Switch.Snapshot().Flow(name)!.Action.Outputs);
    }

    [Fact]
    public void Setup_may_run_twice()
    {
        void Setup() => RunAll(
            [.. Ports(true), .. Taps(), Static("STATIC_THRU_FIREWALL", Pair("Ethernet1", "Ethernet2,Ethernet3"))]);
        Setup();
        Settle();
        var first = Switch.Snapshot();
        Setup();
        Assert.Equal(first, Switch.Snapshot());
        Assert.Equal(2, Programmed().Length);
    }

    [Fact]
    public void Every_line_can_be_taken_back()
    {
        var before = Switch.Snapshot();
        RunAll([.. Ports(true), .. Taps(), Static("STATIC_THRU_FIREWALL", Pair("Ethernet1", "Ethernet2"))]);
        Assert.NotEqual(before, Switch.Snapshot());
        RunAll(
        [
            [.. s_configure, "interface Ethernet2,Ethernet3,Ethernet5,Ethernet6", "switchport mac address learning",
                "no spanning-tree bpdufilter", "no storm-control broadcast", "no storm-control multicast"],
            [.. s_configure, "interface Ethernet7", "no mac access-group drop_all in", "no mac access-list drop_all",
                "no monitor session DFLOW_MIRROR_TO_FW_TAP_Ethernet7"],
            [.. s_directFlow, "no flow STATIC_THRU_FIREWALL__in:Ethernet1__out:Ethernet2",
                "no flow STATIC_THRU_FIREWALL__in:Ethernet2__out:Ethernet1", "shutdown"],
        ]);
        Assert.Equal(before, Switch.Snapshot());
    }

    [Fact]
    public void The_event_handler_of_the_original_is_kept()
    {
        RunAll([
            [.. s_configure, "event-handler directflow_assist", "trigger on-boot", "delay 360", "asynchronous",
                "action bash assist setup_start", "end"]]);
        Assert.Equal(4, Assert.Single(Switch.Snapshot().EventHandlers).Lines.Count);
    }

    private void RunAll(EapiCommand[][] requests)
    {
        foreach (var request in requests)
        {
            var reply = Switch.Run(new RunCmds(new(request)));
            Assert.Null(reply.Error);
            Assert.All(reply.Results, result => Assert.Empty(result!.AsObject()));
        }
    }

    private static string Firewall(int first, int second, bool ha) =>
        ha ? $"Ethernet{first},Ethernet{second}" : $"Ethernet{first}";

    private static (string In, string Out)[] Pair(string zone, string firewall) => [(zone, firewall), (firewall, zone)];

    private static EapiCommand[][] Ports(bool ha) =>
        [.. (ha ? new[] { 2, 5, 3, 6 } : [2, 5]).Select(port => (EapiCommand[])
        [
            .. s_configure, $"interface Ethernet{port}", "no switchport mac address learning",
            "spanning-tree bpdufilter enable",
            "storm-control broadcast level 0.1", "storm-control multicast level 0.1",
        ])];

    private static EapiCommand[][] Taps() =>
    [
        [.. s_configure, "mac access-list drop_all", "deny any any", "interface Ethernet7",
            "mac access-group drop_all in"],
        [.. s_configure, "monitor session DFLOW_MIRROR_TO_FW_TAP_Ethernet7 destination Ethernet7", "end"],
    ];

    private static EapiCommand[] Static(string prefix, (string In, string Out)[] pairs) =>
    [
        .. s_directFlow,
        .. pairs.SelectMany(p => (EapiCommand[])
        [
            $"flow {prefix}__in:{p.In.Replace(',', '_')}__out:{p.Out.Replace(',', '_')}",
            $"action output interface {p.Out}",
            $"match input interface {p.In}", "priority 10", new("comment", Comment),
        ]),
        "end",
    ];
}
