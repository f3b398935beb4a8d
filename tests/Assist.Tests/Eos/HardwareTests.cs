using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

public sealed class HardwareTests : SwitchTests
{
    private const string Full = "Flow rejected due to insufficient resources";

    [Fact]
    public void An_accepted_flow_is_programmed_later()
    {
        DirectFlow("flow one", "action drop");
        Clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal("Flow not programmed", Status("one"));
        Assert.False(Switch.Forward(Web()).IsDropped);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("Flow programmed", Status("one"));
        Assert.True(Switch.Forward(Web()).IsDropped);
    }

    [Fact]
    public void The_delay_differs_from_flow_to_flow_and_is_the_same_for_the_same_seed()
    {
        string[] Halfway(int seed)
        {
            var device = new EmulatedSwitch(
                Clock, new SwitchOptions { ProgrammingJitter = TimeSpan.FromSeconds(2), Seed = seed });
            device.Run(["enable", "configure", "directflow", "no shutdown", .. Enumerable.Range(1, 20)
                .Select(n => $"flow f{n:00}")]);
            Clock.Advance(TimeSpan.FromSeconds(1));
            return [.. device.Run("show directflow flows")[0]["flows"]!.AsArray()
                .Select(f => f!["name"]!.GetValue<string>())];
        }

        Assert.InRange(Halfway(1).Length, 1, 19);
        Assert.Equal(Halfway(1), Halfway(1));
        Assert.NotEqual(Halfway(1), Halfway(2));
    }

    [Fact]
    public void A_full_table_rejects_the_flow_but_not_the_command()
    {
        Change(o => o with { Capacity = 6 });
        Program("flow a", "action drop", "exit", "flow b", "action drop");
        var reply = DirectFlow("flow c", "action drop");
        Assert.Null(reply.Error);
        Assert.All(reply.Results, result => Assert.Empty(result!.AsObject()));
        Settle();
        Assert.Equal(["b", "a"], Programmed());
        Assert.Equal(Full, Status("c"));
        Assert.EndsWith("Flows: 2 programmed, 1 rejected\n", Text("show directflow detail"), StringComparison.Ordinal);
        Assert.Contains("DirectFlow uses 6 entries", Text("show platform trident tcam"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejected_flow_stays_rejected_until_it_is_written_again()
    {
        Change(o => o with { Capacity = 5 });
        Program("flow a", "action drop", "flow b", "action drop");
        Program("no flow a");
        Assert.Equal(Full, Status("b"));
        Program("no flow b", "flow b", "action drop");
        Assert.Equal("Flow programmed", Status("b"));
    }

    [Fact]
    public void A_flow_may_wait_for_a_free_entry_instead()
    {
        Change(o => o with { Capacity = 5, WaitForResources = true });
        Program("flow a", "action drop", "flow b", "action drop");
        Assert.Contains("Flow b: (Waiting for a resource to be allocated)\n", Text("show directflow detail"),
            StringComparison.Ordinal);
        Program("no flow a");
        Assert.Equal(["b"], Programmed());
    }

    [Fact]
    public void IPv6_may_have_a_pool_of_its_own()
    {
        Change(o => o with { Capacity = 5, Ipv6Capacity = 5 });
        Program("flow a", "flow b", "flow c", "match ethertype ipv6", "flow d", "match ethertype ipv6");
        Assert.Equal(["c", "a"], Programmed());
    }

    [Fact]
    public void An_idle_flow_leaves_the_hardware_and_stays_configured()
    {
        Program("flow one", "action drop", "timeout idle 300", "no persistent");
        Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Empty(Programmed());
        Assert.Equal("Flow not programmed", Status("one"));
        Assert.NotNull(Switch.Snapshot().Flow("one"));
        Assert.False(Switch.Forward(Web()).IsDropped);
    }

    [Fact]
    public void Packets_keep_an_idle_timer_back_but_not_a_hard_one()
    {
        Program("flow one", "action drop", "timeout idle 300", "timeout hard 900");
        for (var seconds = 0; seconds < 800; seconds += 200)
        {
            Assert.True(Switch.Forward(Web()).IsDropped);
            Clock.Advance(TimeSpan.FromSeconds(200));
        }

        Assert.Equal(["one"], Programmed());
        Switch.Forward(Web());
        Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Empty(Programmed());
    }

    [Fact]
    public void The_same_lines_do_not_bring_an_expired_flow_back()
    {
        Program("flow one", "action drop", "timeout hard 5");
        Clock.Advance(TimeSpan.FromSeconds(6));
        Program("flow one", "action drop", "timeout hard 5");
        Assert.Equal("Flow not programmed", Status("one"));
        Program("no flow one", "flow one", "action drop", "timeout hard 5");
        Assert.Equal("Flow programmed", Status("one"));
    }

    [Fact]
    public void A_changed_flow_stays_in_the_hardware_until_the_new_one_takes_its_place()
    {
        Program("flow one", "action output interface e2");
        DirectFlow("flow one", "action output interface e3");
        Assert.Equal("Ethernet2", Switch.Forward(Web()).Ports);
        Settle();
        Assert.Equal("Ethernet2,Ethernet3", Switch.Forward(Web()).Ports);
    }

    [Fact]
    public void Directflow_shutdown_takes_the_flows_out_and_no_shutdown_brings_them_back()
    {
        Program("flow one", "action drop");
        DirectFlow("shutdown");
        Assert.Equal("normal", Switch.Forward(Web()).Ports);
        Assert.Equal("Flow not programmed", Status("one"));
        Program();
        Assert.True(Switch.Forward(Web()).IsDropped);
    }

    [Fact]
    public void A_dropped_table_fills_again_from_the_configuration()
    {
        Program("flow one", "action drop");
        Switch.Forward(Web());
        Switch.DropTable();
        Assert.Empty(Programmed());
        Settle();
        Assert.Equal(0, Show("show directflow flows")["flows"]![0]!["matchPackets"]!.GetValue<long>());
    }

    [Fact]
    public void A_reload_keeps_what_was_saved_and_persistent()
    {
        Program("flow keep", "action drop", "flow lose", "action drop", "no persistent", "end",
            "copy running-config startup-config");
        Program("flow late", "action drop");
        Switch.Reload();
        Assert.Empty(Programmed());
        Settle();
        Assert.Equal(["keep"], Programmed());
    }

    [Fact]
    public void A_thousand_flows_in_one_request_are_programmed()
    {
        var lines = Enumerable.Range(0, 1000)
            .SelectMany(n => (string[])[$"flow f{n}", $"match source ip 10.0.{n / 256}.{n % 256}", "action drop"]);
        Program([.. lines]);
        Assert.Equal(1000, Programmed().Length);
    }
}
