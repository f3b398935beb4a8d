using System.Text.Json;
using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

/// <summary>Each nasty switch does what its name says; those of the transport are in ServerTests.</summary>
public sealed class FaultTests : SwitchTests
{
    [Fact]
    public void Match_bytes_may_stay_zero()
    {
        Change(o => o with { MatchBytesZero = true });
        Assert.Equal((1, 0), Counted());
    }

    [Fact]
    public void Counters_may_be_disabled()
    {
        Change(o => o with { CountersDisabled = true });
        Assert.Equal((0, 0), Counted());
    }

    [Fact]
    public void JSON_may_omit_waiting_flows_that_the_text_keeps()
    {
        Change(o => o with { Capacity = 5, JsonOmitsWaiting = true });
        Program("flow a", "action drop", "flow b", "action drop");
        Assert.Null(Status("b"));
        Assert.Single(Show("show directflow detail")["flows"]!.AsArray());
        Assert.Contains("Flow b: (", Text("show directflow detail"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_may_be_a_text_nobody_has_seen()
    {
        Change(o => o with { UnknownStatus = "Flow is being thought about" });
        DirectFlow("flow a");
        Assert.Equal("Flow is being thought about", Status("a"));
        Settle();
        Assert.Equal("Flow programmed", Status("a"));
    }

    [Fact]
    public void Flows_without_match_or_action_are_programmed_or_refused()
    {
        Program("flow all", "action drop", "flow nothing", "match vlan 7");
        Assert.Equal(["nothing", "all"], Programmed());
        Change(o => o with { RefuseIncomplete = true });
        Switch.DropTable();
        Settle();
        Assert.Empty(Programmed());
        Assert.StartsWith("Flow rejected", Status("all"), StringComparison.Ordinal);
        Assert.StartsWith("Flow rejected", Status("nothing"), StringComparison.Ordinal);
    }

    [Fact]
    public void Timeouts_may_be_refused()
    {
        Change(o => o with { RefuseTimeouts = true });
        Program("flow a", "action drop", "timeout idle 5", "flow b", "action drop");
        Assert.Equal(["b"], Programmed());
        Assert.StartsWith("Flow rejected", Status("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reentered_flow_adds_or_replaces()
    {
        Program("flow a", "match vlan 7", "action drop");
        Program("flow a", "priority 5");
        Assert.Equal(7, Switch.Snapshot().Flow("a")!.Match.Vlan);
        Change(o => o with { ReenteredFlowReplaces = true });
        Program("flow a", "priority 6");
        Assert.Equal(new ConfiguredFlow("a") { Priority = 6 }, Switch.Snapshot().Flow("a"));
    }

    [Fact]
    public void An_expired_flow_may_be_forgotten_unless_it_is_persistent()
    {
        Change(o => o with { ForgetExpired = true });
        Program("flow a", "timeout hard 5", "no persistent", "flow b", "timeout hard 5");
        Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["b"], Switch.Snapshot().Flows.Select(f => f.Name));
    }

    [Fact]
    public void The_list_may_come_in_another_order()
    {
        Program("flow a", "priority 1", "flow b", "priority 2", "flow c", "priority 2", "flow d", "flow e");
        Assert.Equal(["c", "b", "a", "e", "d"], Programmed());
        Change(o => o with { Order = FlowOrder.Name });
        Assert.Equal(["a", "b", "c", "d", "e"], Programmed());
        Change(o => o with { Order = FlowOrder.Shuffled });
        Assert.Equal(Programmed(), Programmed());
        Assert.NotEqual(["a", "b", "c", "d", "e"], Programmed());
    }

    [Fact]
    public void DirectFlow_may_be_disabled_whatever_the_configuration_says()
    {
        Program("flow a", "action drop");
        Change(o => o with { DirectFlowDisabled = true });
        Settle();
        Assert.Empty(Programmed());
        Change(o => o with { DirectFlowDisabled = false });
        Settle();
        Assert.Equal(["a"], Programmed());
    }

    [Fact]
    public void Another_writer_may_add_and_delete_flows()
    {
        Program("flow a", "action drop");
        Switch.AddForeignFlow("mss", "match vlan 9", "action drop", "priority 60");
        Settle();
        Assert.Equal(["mss", "a"], Programmed());
        Switch.DeleteForeignFlow("a");
        Assert.Equal(["mss"], Programmed());
    }

    [Fact]
    public void Results_may_be_strings_that_hold_JSON()
    {
        Change(o => o with { StringResults = true });
        var reply = Switch.Run("enable", "show hostname");
        Assert.Equal(JsonValueKind.Object, reply.Results[0]!.GetValueKind());
        Assert.Equal("""{"hostname":"emulated","fqdn":"emulated"}""", reply.Results[1]!.GetValue<string>());
    }

    [Fact]
    public void Results_may_carry_messages_and_warnings()
    {
        Change(o => o with { Messages = true, Warnings = true });
        Assert.Equal(["messages", "warnings"], DirectFlow()[0].Select(m => m.Key));
    }

    [Fact]
    public void A_part_of_the_requests_may_fail_the_same_for_the_same_seed()
    {
        string Failures(int seed)
        {
            var device = new EmulatedSwitch(Clock, new SwitchOptions { FailingRate = 0.5, Seed = seed });
            return string.Concat(Enumerable.Range(0, 40).Select(_ => device.Run("enable").Error is null ? '.' : 'x'));
        }

        Assert.Contains('x', Failures(1));
        Assert.Contains('.', Failures(1));
        Assert.Equal(Failures(1), Failures(1));
        Assert.NotEqual(Failures(1), Failures(2));
    }

    [Fact]
    public void A_request_may_fail_half_way()
    {
        Change(o => o with { FailingCommandRate = 0.05, Seed = 2 });
        var lines = Enumerable.Range(0, 40).Select(number => $"flow f{number}").ToArray();
        var reply = DirectFlow(lines);
        Assert.NotNull(reply.Error);
        Assert.InRange(Switch.Snapshot().Flows.Count, 1, 39);
    }

    [Fact]
    public void The_table_may_shrink_at_run_time()
    {
        Program("flow a", "action drop", "flow b", "action drop");
        Assert.True(Faults.TryApply(Switch.Options, "capacity=7", out var smaller));
        Switch.Options = smaller;
        Program("flow c", "action drop", "flow d", "action drop");
        Assert.Equal(["c", "b", "a"], Programmed());
        Assert.Contains("insufficient resources", Status("d"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_change_of_the_hardware_is_told_with_its_time()
    {
        var told = new List<string>();
        var device = new EmulatedSwitch(Clock,
            new SwitchOptions { Capacity = 6, ProgrammingDelay = TimeSpan.Zero, ProgrammingJitter = TimeSpan.Zero },
            change => told.Add(
                $"{change.At.TotalSeconds} {change.What} {change.Name} {string.Join(';', change.Lines)}".TrimEnd()));
        device.Run("enable", "configure", "directflow", "no shutdown", "flow a", "timeout hard 5", "flow b",
            "timeout idle 7", "flow c");
        device.Snapshot();
        Clock.Advance(TimeSpan.FromSeconds(6));
        device.Run("enable", "configure", "directflow", "no flow b");
        Assert.Equal(
            ["0 cleared", "0 programmed a timeout hard 5", "0 programmed b timeout idle 7", "0 refused c",
                "5 expired-hard a", "6 removed b"], told);
    }

    [Fact]
    public void Every_fault_has_a_name_that_the_command_line_takes()
    {
        foreach (var form in Faults.Names)
        {
            var fault = form.Replace("[=RATE]", "=0.5").Replace("=TIME", "=5s")
                .Replace("=N", "=7").Replace("=TEXT", "=x").Replace("=COMMAND", "=show").Replace("=KEY", "=flows");
            Assert.True(Faults.TryApply(new SwitchOptions(), fault, out var changed), fault);
            Assert.NotEqual(new SwitchOptions(), changed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("deny")]
    [InlineData("garbage=2")]
    [InlineData("answer-delay=5")]
    [InlineData("match-bytes-zero=1")]
    public void An_unknown_or_wrong_fault_is_refused(string fault) =>
        Assert.False(Faults.TryApply(new SwitchOptions(), fault, out _));

    private (long Packets, long Bytes) Counted()
    {
        Program("flow a", "action drop");
        Switch.Forward(Web());
        var flow = Show("show directflow flows")["flows"]![0]!;
        return (flow["matchPackets"]!.GetValue<long>(), flow["matchBytes"]!.GetValue<long>());
    }
}
