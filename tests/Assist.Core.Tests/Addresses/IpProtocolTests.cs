using System.Text;
using Assist.Addresses;

namespace Assist.Tests.Addresses;

public sealed class IpProtocolTests
{
    [Theory]
    [InlineData("tcp", 6)]
    [InlineData("UDP", 17)]
    [InlineData("ipv6-icmp", 58)]
    [InlineData("hopopt", 0)]
    [InlineData("0", 0)]
    [InlineData("132", 132)]
    [InlineData("255", 255)]
    public void T10_a_name_or_a_number_is_read(string text, byte number)
    {
        Assert.True(IpProtocol.TryParse(Encoding.UTF8.GetBytes(text), out var protocol));
        Assert.Equal(number, protocol.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("tcp ")]
    [InlineData("256")]
    [InlineData("+6")]
    [InlineData("-6")]
    [InlineData("06")]
    [InlineData("00")]
    [InlineData("6.0")]
    [InlineData("0x6")]
    [InlineData("٦")]
    public void T10_anything_else_is_not(string text)
    {
        Assert.False(IpProtocol.TryParse(Encoding.UTF8.GetBytes(text), out var protocol));
        Assert.False(protocol.IsKnown);
    }

    [Fact]
    public void Every_number_reads_back_from_its_text()
    {
        for (var number = 0; number <= byte.MaxValue; number++)
        {
            var text = new IpProtocol((byte)number).ToString();
            Assert.True(IpProtocol.TryParse(Encoding.UTF8.GetBytes(text), out var again), text);
            Assert.Equal(number, again.Number);
        }
    }
}
