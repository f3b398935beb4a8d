using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

public sealed class ErrorTests : SwitchTests
{
    [Fact]
    public void An_invalid_command_is_told_with_its_place_and_the_results_before_it()
    {
        var reply = Switch.Run("show hostname", "bad command", "show version");
        Assert.Equal(new EapiError(1002, "CLI command 2 of 3 'bad command' failed: invalid command"), reply.Error);
        Assert.Equal(2, reply.Results.Count);
        Assert.Equal("emulated", reply[0]["hostname"]!.GetValue<string>());
        Assert.Equal("""{"errors":["Invalid input (at token 0: \u0027bad\u0027)"]}""", reply[1].ToJsonString());
    }

    [Fact]
    public void What_was_configured_before_a_failing_command_stays()
    {
        DirectFlow("flow half", "action drop", "match source ip 2001:db8::1", "priority 50");
        Settle();
        var flow = Switch.Snapshot().Flow("half")!;
        Assert.True(flow.Action.Drop);
        Assert.Equal((0, true), (flow.Priority, flow.Persistent));
        Assert.True(Switch.Forward(Web()).IsDropped);
    }

    [Fact]
    public void Without_stopOnError_every_command_runs_and_the_first_failure_is_told()
    {
        var reply = Switch.Run(new RunCmds(["bad", "show hostname", "worse"]) { StopOnError = false });
        Assert.Equal("CLI command 1 of 3 'bad' failed: invalid command", reply.Error!.Message);
        Assert.Equal(3, reply.Results.Count);
        Assert.Equal("emulated", reply[1]["hostname"]!.GetValue<string>());
    }

    [Fact]
    public void In_text_format_every_command_has_output_and_a_failing_one_errors_too()
    {
        var reply = Switch.Run(new RunCmds(["enable", "bad"]) { Text = true });
        Assert.Equal("""{"output":""}""", reply[0].ToJsonString());
        Assert.Equal("% Invalid input (at token 0: 'bad')\n", reply[1]["output"]!.GetValue<string>());
        Assert.Single(reply[1]["errors"]!.AsArray());
    }

    [Theory]
    [InlineData("show running-config")]
    [InlineData("show running-config | grep flow")]
    [InlineData("show platform trident tcam")]
    [InlineData("show directflow counters")]
    public void A_command_with_text_only_is_unconverted_in_JSON(string command)
    {
        var reply = Switch.Run("enable", command);
        Assert.Equal(new EapiError(1003, $"CLI command 2 of 2 '{command}' failed: unconverted command"), reply.Error);
    }

    [Fact]
    public void A_denied_command_fails_with_1005()
    {
        Change(o => o with { Deny = "configure" });
        var reply = DirectFlow("flow one");
        Assert.Equal(new EapiError(1005, "CLI command 2 of 5 'configure' failed: permission to run command denied"),
            reply.Error);
    }

    [Fact]
    public void A_command_that_could_not_run_fails_with_1000()
    {
        Change(o => o with { Fail = "priority" });
        var reply = DirectFlow("flow one", "action drop", "priority 5");
        Assert.Equal(new EapiError(1000, "CLI command 7 of 7 'priority 5' failed: could not run command"), reply.Error);
        Assert.NotNull(Switch.Snapshot().Flow("one"));
    }

    [Fact]
    public void A_comment_without_its_text_could_not_run() =>
        Assert.Equal(1000, DirectFlow("flow one", "comment").Error!.Code);

    [Theory]
    [InlineData("show version | bogus x", "Invalid input (at token 3: 'bogus')")]
    [InlineData("show version | grep", "Incomplete command (at token 3: 'grep')")]
    [InlineData("enable | grep x", "Invalid input (at token 1: '|')")]
    public void A_wrong_pipe_is_refused(string command, string error) =>
        Assert.Equal(error, ErrorOf(Switch.Run(new RunCmds([command]) { Text = true })));

    [Fact]
    public void Other_hardware_does_not_know_the_table_command()
    {
        Change(o => o with { Trident = false });
        Assert.Equal(
            "Invalid input (at token 2: 'trident')", ErrorOf(Switch.Run("enable", "show platform trident tcam")));
    }

    [Fact]
    public void Timestamps_come_in_every_result()
    {
        var reply = Switch.Run(new RunCmds(["enable", "show hostname"]) { Timestamps = true });
        Assert.All([reply[0], reply[1]], result => Assert.Equal(
            ["execStartTime", "execDuration"], result["_meta"]!.AsObject().Select(m => m.Key)));
        Assert.Equal(
            Clock.GetUtcNow().ToUnixTimeSeconds(), (long)reply[0]["_meta"]!["execStartTime"]!.GetValue<double>());
    }
}
