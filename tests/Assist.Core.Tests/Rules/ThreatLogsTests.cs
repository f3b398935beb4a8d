using System.Text;
using Assist.Rules;

namespace Assist.Tests.Rules;

public sealed class ThreatLogsTests
{
    [Theory]
    [InlineData("THREAT", true)]
    [InlineData("threat", true)]
    [InlineData("utm", true)]
    [InlineData("utm:virus", true)]
    [InlineData("anomaly", true)]
    [InlineData("TRAFFIC", false)]
    [InlineData("traffic:forward", false)]
    [InlineData("THREATS", false)]
    [InlineData("x:utm", false)]
    [InlineData("", false)]
    public void A_log_of_an_attack_is_told_from_a_denial_by_its_type(string type, bool isThreat) =>
        Assert.Equal(isThreat, ThreatLogs.Are(Encoding.UTF8.GetBytes(type)));
}
