using Assist.Control;
using Assist.Inputs.Datagrams;

namespace Assist.Tests.Daemon;

public sealed class KernelNoticeTests
{
    [Theory]
    [InlineData(0, 7, true, 0, "reverse")]
    [InlineData(0, 7, true, 1)]
    [InlineData(0, 7, false, 0)]
    [InlineData(0, 0, true, 0)]
    [InlineData(7, 0, true, 0, "queue")]
    [InlineData(7, 7, true, 0, "reverse", "queue")]
    public void U3_N12_what_the_kernel_refused_is_told_where_it_may_explain_something(
        long overflows, long filtered, bool hasUdp, long datagrams, params string[] expected)
    {
        var notices = StatusView.KernelNotices(new KernelCounters(overflows, filtered), hasUdp, datagrams).ToList();

        Assert.Equal(expected, notices.Select(notice =>
            notice.StartsWith("no datagram has arrived, and the kernel has refused 7 packets", StringComparison.Ordinal) ? "reverse"
            : notice.StartsWith("the kernel has refused 7 connections", StringComparison.Ordinal) ? "queue" : notice));
    }
}
