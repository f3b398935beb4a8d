using System.Text.Json.Nodes;
using Assist.Eos;

namespace Assist.Tests.Eos;

/// <summary>A switch on a clock of its own, and the questions the tests ask of it.</summary>
public abstract class SwitchTests
{
    protected SwitchTests() => Switch = new EmulatedSwitch(Clock, new SwitchOptions
    {
        ProgrammingDelay = TimeSpan.FromMilliseconds(100),
        ProgrammingJitter = TimeSpan.Zero,
    });

    protected ManualTimeProvider Clock { get; } = new();
    protected EmulatedSwitch Switch { get; }

    protected void Change(Func<SwitchOptions, SwitchOptions> change) => Switch.Options = change(Switch.Options);

    /// <summary>Lines under `directflow`, which is switched on.</summary>
    protected RunCmdsReply DirectFlow(params string[] lines) =>
        Switch.Run(["enable", "configure", "directflow", "no shutdown", .. lines]);

    /// <summary>The same, accepted and in the hardware.</summary>
    protected void Program(params string[] lines)
    {
        Assert.Null(DirectFlow(lines).Error);
        Settle();
    }

    protected void Settle() => Clock.Advance(TimeSpan.FromSeconds(1));

    protected JsonObject Show(string command)
    {
        var reply = Switch.Run("enable", command);
        Assert.Null(reply.Error);
        return reply[1];
    }

    protected string Text(string command)
    {
        var reply = Switch.Run(new RunCmds(["enable", command]) { Text = true });
        Assert.Null(reply.Error);
        return reply[1]["output"]!.GetValue<string>();
    }

    protected string? Status(string flow) =>
        Show("show directflow detail")["details"]!["status"]![flow]?.GetValue<string>();

    protected string[] Programmed() =>
        [.. Show("show directflow flows")["flows"]!.AsArray().Select(f => f!["name"]!.GetValue<string>())];

    /// <summary>The text of the last command's error.</summary>
    protected static string ErrorOf(RunCmdsReply reply)
    {
        Assert.NotNull(reply.Error);
        return reply[reply.Results.Count - 1]["errors"]![0]!.GetValue<string>();
    }

    protected static Packet Web(string input = "Ethernet1") =>
        Packet.Tcp(input, "192.0.2.1", 40000, "198.51.100.1", 80);
}
