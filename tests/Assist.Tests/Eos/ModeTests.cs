using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

public sealed class ModeTests : SwitchTests
{
    [Fact]
    public void A_request_starts_in_exec_mode()
    {
        Switch.Run("enable", "configure", "directflow");
        Assert.Equal(
            "Invalid input (privileged mode required) (at token 0: 'configure')", ErrorOf(Switch.Run("configure")));
    }

    [Theory]
    [InlineData("show running-config", 1)]
    [InlineData("show platform trident tcam", 1)]
    [InlineData("configure terminal", 0)]
    public void Commands_of_enable_mode_need_enable(string command, int token) =>
        Assert.Equal($"Invalid input (privileged mode required) (at token {token}: '{command.Split(' ')[token]}')",
            ErrorOf(Switch.Run(command)));

    [Theory]
    [InlineData("show version")]
    [InlineData("show privilege")]
    [InlineData("show hostname")]
    [InlineData("show directflow flows")]
    [InlineData("show directflow detail")]
    public void The_original_reads_without_enable(string command) => Assert.Null(Switch.Run(command).Error);

    [Fact]
    public void Exit_leads_from_a_flow_to_directflow_and_on_to_configure()
    {
        Assert.Null(DirectFlow("flow one", "exit", "flow two", "exit", "exit", "interface Ethernet1", "end",
            "show privilege").Error);
        Assert.Equal(["one", "two"], Switch.Snapshot().Flows.Select(f => f.Name));
    }

    [Fact]
    public void A_command_of_an_outer_mode_leaves_the_inner_one()
    {
        Assert.Null(DirectFlow("flow one", "flow two", "interface Ethernet1", "shutdown", "mac access-list x",
            "directflow", "no flow two").Error);
        Assert.Equal("one", Assert.Single(Switch.Snapshot().Flows).Name);
        Assert.True(Assert.Single(Switch.Snapshot().Interfaces).Shutdown);
        Assert.True(Switch.Snapshot().DirectFlow);
    }

    [Fact]
    public void After_end_there_is_no_configuration_mode() =>
        Assert.Equal("Invalid input (at token 0: 'flow')", ErrorOf(DirectFlow("end", "flow one")));

    [Fact]
    public void Abort_takes_back_the_flow_it_leaves()
    {
        DirectFlow("flow old", "priority 5", "flow old", "priority 6", "abort", "flow new", "action drop", "abort");
        Assert.Equal(5, Assert.Single(Switch.Snapshot().Flows).Priority);
    }

    [Fact]
    public void Enable_takes_a_password() =>
        Assert.Null(Switch.Run(new RunCmds([new EapiCommand("enable", "secret"), "configure terminal"])).Error);

    [Fact]
    public void Comments_and_blanks_around_words_mean_nothing() =>
        Assert.Null(Switch.Run("  enable ", "!", "", "configure   terminal").Error);

    [Theory]
    [InlineData("e1", "Ethernet1")]
    [InlineData("Et1", "Ethernet1")]
    [InlineData("Ethernet 5", "Ethernet5")]
    [InlineData("ethernet 1/1", "Ethernet1/1")]
    [InlineData("Ethernet5/1", "Ethernet5/1")]
    [InlineData("Po10", "Port-Channel10")]
    [InlineData("port-channel 10", "Port-Channel10")]
    [InlineData("e1,e2", "Ethernet1,Ethernet2")]
    [InlineData("e1, Et2", "Ethernet1,Ethernet2")]
    public void Interfaces_may_be_short_and_are_shown_long(string given, string shown)
    {
        Assert.Null(DirectFlow("flow one", $"match input interface {given}").Error);
        Assert.Equal(shown, Switch.Snapshot().Flow("one")!.Match.Inputs.ToString());
    }

    [Fact]
    public void Repeated_interface_lines_add_ports()
    {
        DirectFlow("flow one", "action output interface e1", "action output interface e2,e1");
        Assert.Equal(["Ethernet1", "Ethernet2"], Switch.Snapshot().Flow("one")!.Action.Outputs);
    }

    [Fact]
    public void Keywords_may_be_short_only_with_autoComplete()
    {
        Assert.Equal("Incomplete token (at token 1: 'run')", ErrorOf(Switch.Run("enable", "show run")));
        Assert.Null(Switch.Run(
            new RunCmds(["en", "conf t", "dir", "no shut", "sh run"]) { AutoComplete = true, Text = true }).Error);
    }
}
