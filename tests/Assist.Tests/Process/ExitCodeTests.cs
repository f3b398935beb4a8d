using Assist.Tests.Documentation;

namespace Assist.Tests.Processes;

/// <summary>Commands end as docs/reference.md says, where no daemon runs.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(3, "status")]
    [InlineData(3, "reload")]
    [InlineData(3, "refused")]
    [InlineData(3, "why 192.0.2.1")]
    [InlineData(3, "undo --since 10m")]
    [InlineData(3, "delete --rule denied-traffic")]
    [InlineData(2, "delete")]
    [InlineData(1, "delete --all")]
    [InlineData(1, "monitor --once")]
    [InlineData(0, "stop")]
    [InlineData(0, "pause")]
    [InlineData(0, "check")]
    [InlineData(2, "check --set mode=shnt")]
    [InlineData(1, "explain nowhere")]
    [InlineData(2, "completion nosuch")]
    [InlineData(1, "setup")]
    public async Task A_command_ends_with_the_code_that_its_row_names(int code, string line)
    {
        await using var rig = new Rig();

        var finished = await rig.AssistAsync(line.Split(' '));

        Assert.Equal(code, finished.Code);
        var row = ReferencePage.LastOfRow(line.Split(' ')[0]);
        Assert.Contains($"{code}", row!.Split(' ', ','));
    }

    [Fact]
    public async Task A_plan_with_something_to_do_ends_with_4_and_without_it_with_0()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();

        Assert.Equal(4, (await rig.AssistAsync("setup", "--plan")).Code);
        await rig.SetUpAsync();
        Assert.Equal(0, (await rig.AssistAsync("setup", "--plan")).Code);
    }
}
