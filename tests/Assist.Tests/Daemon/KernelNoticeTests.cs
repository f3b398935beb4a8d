using Assist.Daemon;
using Assist.Inputs.Datagrams;

namespace Assist.Tests.Daemon;

public sealed class KernelNoticeTests
{
    [Theory]
    [InlineData(0, 7, true, 0, "reverse_path")]
    [InlineData(0, 7, true, 1)]
    [InlineData(0, 7, false, 0)]
    [InlineData(0, 0, true, 0)]
    [InlineData(7, 0, true, 0, "accept_queue")]
    [InlineData(7, 7, true, 0, "reverse_path", "accept_queue")]
    public void U3_N12_what_the_kernel_refused_is_told_where_it_may_explain_something(
        long overflows, long filtered, bool hasUdp, long datagrams, params string[] expected)
    {
        var findings = KernelCheck.Judge(new KernelCounters(overflows, filtered), hasUdp, datagrams).ToList();

        Assert.Equal(expected, findings.Select(found => found.Kind));
        Assert.All(findings, found => Assert.False(found.IsProblem));
        Assert.All(findings, found => Assert.Contains("refused 7 ", found.Text, StringComparison.Ordinal));
    }
}
