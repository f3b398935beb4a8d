using System.Text;
using Assist.Rules;

namespace Assist.Tests.Rules;

public sealed class RuleNameLifetimeTests
{
    [Theory]
    [InlineData("backup_60m", 60)]
    [InlineData("backup_1M", 1)]
    [InlineData("_1m", 1)]
    [InlineData("a_1440m", 1440)]
    [InlineData("a_001440m", 1440)]
    [InlineData("a_1441m", null)]
    [InlineData("a_9999m", null)]
    [InlineData("a_0m", null)]
    [InlineData("a_0000060m", null)]
    [InlineData("a_9999999m", null)]
    [InlineData("a_M", null)]
    [InlineData("a_m", null)]
    [InlineData("60m", null)]
    [InlineData("a60m", null)]
    [InlineData("a_60m ", null)]
    [InlineData("a_6-0m", null)]
    [InlineData("a_-60m", null)]
    [InlineData("m", null)]
    [InlineData("", null)]
    public void The_end_of_a_rule_name_may_ask_for_minutes(string name, int? minutes) =>
        Assert.Equal(minutes, RuleNameLifetime.Minutes(Encoding.ASCII.GetBytes(name), 1440));
}
