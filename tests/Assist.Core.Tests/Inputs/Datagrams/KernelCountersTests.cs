using Assist.Inputs.Datagrams;

namespace Assist.Tests.Inputs.Datagrams;

public sealed class KernelCountersTests
{
    [Theory]
    [InlineData("TcpExt: SyncookiesSent ListenOverflows ListenDrops IPReversePathFilter\nTcpExt: 1 22 3 44\n", 22, 44)]
    [InlineData("IpExt: InNoRoutes\nIpExt: 7\nTcpExt: IPReversePathFilter\nTcpExt: 5\n", 0, 5)]
    [InlineData("TcpExt: ListenOverflows IPReversePathFilter\nTcpExt: 1\n", 1, 0)]
    [InlineData("TcpExt: ListenOverflows\nTcpExt: -1\n", 0, 0)]
    [InlineData("TcpExt: ListenOverflows\n", 0, 0)]
    [InlineData("", 0, 0)]
    public void U3_N12_what_the_kernel_refused_is_read(string netstat, long overflows, long filtered) =>
        Assert.Equal(new KernelCounters(overflows, filtered), KernelCounters.Parse(netstat));

    [Fact]
    public void U3_N12_this_kernel_tells_both()
    {
        var names = File.ReadLines("/proc/net/netstat").First(line => line.StartsWith("TcpExt:", StringComparison.Ordinal));

        Assert.Contains(" ListenOverflows ", names, StringComparison.Ordinal);
        Assert.Contains(" IPReversePathFilter ", names, StringComparison.Ordinal);
        Assert.True(KernelCounters.Read().Since(KernelCounters.Read()).ListenOverflows <= 0);
    }
}
