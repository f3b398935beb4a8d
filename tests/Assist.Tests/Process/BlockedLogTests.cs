namespace Assist.Tests.Processes;

/// <summary>Whoever runs the daemon may stop reading what it says.</summary>
[Collection(ProcessCollection.Name)]
public sealed class BlockedLogTests
{
    // A line for each: more than the pipe of 64 KiB holds, which would stop the loop that writes them.
    private const int Drops = 1_100;

    [Fact]
    public async Task Drops_go_on_and_status_answers_while_nobody_reads_standard_error()
    {
        await using var rig = new Rig();
        // What is tried is the log, and a flood of denials would be limited.
        rig.WriteConfiguration("flows: {denial_share: 100, repeat_when_short: false, drops_per_minute: 0, "
            + "drops_per_rule: 0, drops_per_sender: 0}");
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        rig.RunUnread();
        await rig.UntilReadyAsync();

        await rig.SendAsync(Way.TcpLines, [.. Enumerable.Range(0, Drops).Select(Denied)]);

        await rig.UntilProgrammedAsync("drop", Drops);
        Assert.Equal(0, (await rig.AssistAsync("status")).Code);
        Assert.Equal(0, (await rig.StopAsync()).Code);
    }

    private static LogLine Denied(int number) =>
        LogLine.Deny($"10.0.{number / 250}.{number % 250 + 1}", "203.0.113.20", 443);
}
