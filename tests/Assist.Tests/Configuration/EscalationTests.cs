using Assist.Flows;

namespace Assist.Tests.Configuration;

public sealed class EscalationTests
{
    private static readonly TimeSpan[] s_steps =
        [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    [Theory]
    [InlineData("")]
    [InlineData("flows: {drop: {lifetime: 1h}}")]
    [InlineData("flows: {escalation: {steps: []}}")]
    [InlineData("flows:\n  escalation:\n    # steps: [10m]\n")]
    public void It_is_off_unless_steps_are_written(string more)
    {
        var read = Loading.Config(more).Escalation;
        Assert.False(read.IsOn);
        Assert.Equal(TimeSpan.FromDays(30), read.Forget);
    }

    [Fact]
    public void Steps_and_the_time_to_forget_are_read()
    {
        var read = Loading.Config("flows: {escalation: {steps: [10m, 1h, 24h, 7d], forget: 90d}}\n").Escalation;
        Assert.True(read.IsOn);
        Assert.Equal(s_steps, read.Steps);
        Assert.Equal(TimeSpan.FromDays(90), read.Forget);
        Assert.Equal([TimeSpan.FromHours(2)], Loading.Config("flows: {escalation: {steps: 2h}}\n").Escalation.Steps);
        Assert.Equal(s_steps, Loading.Config("", "flows.escalation.steps=[10m, 1h, 1d, 7d]").Escalation.Steps);
    }

    [Theory]
    [InlineData("{steps: [10m, 10m]}",
        "6:35: flows.escalation.steps: 10m is not longer than the step before it, 10m")]
    [InlineData("{steps: [10m, 8d, 0, 5x]}",
        "6:35: flows.escalation.steps: 8d is outside 1s to 7d",
        "6:39: flows.escalation.steps: 0 is outside 1s to 7d",
        "6:42: flows.escalation.steps: \"5x\" is not a duration; write it as 30s, 5m, 2h, 1d or 0")]
    [InlineData("{step: [10m]}",
        "6:22: unknown key \"step\" in flows.escalation; did you mean \"steps\"?")]
    [InlineData("{forget: 30m}",
        "6:9: flows.escalation needs steps, such as [10m, 1h, 24h, 7d]; remove it, or write steps: [] to escalate no "
            + "drop",
        "6:30: flows.escalation.forget: 30m is outside 1h to 365d")]
    [InlineData("[10m]", "6:21: flows.escalation must be a section of keys, not a list")]
    [InlineData("{steps: [1s, 2s, 3s, 4s, 5s, 6s, 7s, 8s, 9s, 10s, 11s, 12s, 13s, 14s, 15s, 16s, 17s]}",
        "6:101: flows.escalation.steps: 17 steps are more than 16")]
    public void Faults_are_told_with_their_place(string value, params string[] errors) => Loading.Fails(
        Loading.With($"flows: {{escalation: {value}}}\n"), [.. errors.Select(error => $"assist.yaml:{error}")]);

    [Fact]
    public void The_line_in_the_shipped_file_is_valid()
    {
        var line = File.ReadLines(Path.Combine(RepositoryRoot.Directory, "config", "assist.yaml"))
            .Single(line => line.Contains("escalation:", StringComparison.Ordinal));
        var read = Loading.Config($"flows: {{{line.TrimStart('#', ' ')}}}\n").Escalation;
        Assert.Equal(s_steps, read.Steps);
        Assert.Equal(new EscalationOptions().Forget, read.Forget);
    }
}
