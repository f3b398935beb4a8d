using System.Net;
using System.Text;
using Assist.Addresses;

namespace Assist.Tests.Addresses;

public sealed class IpAddrTests
{
    [Theory]
    [InlineData("T7", "010.1.1.1")]
    [InlineData("T7", "1.1")]
    [InlineData("T7", "0x7f.1")]
    [InlineData("T7", "0x7f.0.0.1")]
    [InlineData("T7", "256.1.1.1")]
    [InlineData("T7", "1.2.3.4 ")]
    [InlineData("T7", " 1.2.3.4")]
    [InlineData("T7", "1.2.3.4/32")]
    [InlineData("T7", "1.2.3.4.")]
    [InlineData("T7", "1.2.3.4.5")]
    [InlineData("T7", "1.2..4")]
    [InlineData("T7", "1.2.3.0004")]
    [InlineData("T7", "1.2.3.256")]
    [InlineData("T7", "1.2.3.1000")]
    [InlineData("T7", "1.2.3.00")]
    [InlineData("T7", "1.02.3.4")]
    [InlineData("T7", "00.0.0.0")]
    [InlineData("T7", "10.20.30.")]
    [InlineData("T7", ".1.2.3.4")]
    [InlineData("T7", "3232235521")]
    [InlineData("T7", "-1.2.3.4")]
    [InlineData("T7", "::ffff:010.1.1.1")]
    [InlineData("T8", "fe80::1%eth0")]
    [InlineData("T8", "[::1]")]
    [InlineData("T8", "1:2:3:4:5:6:7:8:9")]
    [InlineData("T8", "1:2:3:4:5:6:7")]
    [InlineData("T8", "1:2:3:4:5:6:7:8::")]
    [InlineData("T8", "::1:2:3:4:5:6:7:8")]
    [InlineData("T8", "1::2::3")]
    [InlineData("T8", ":::")]
    [InlineData("T8", ":1::2")]
    [InlineData("T8", "1:2:")]
    [InlineData("T8", "1:2:3:4:5:6:7:")]
    [InlineData("T8", "12345::")]
    [InlineData("T8", "::g")]
    [InlineData("T8", "1.2.3.4::")]
    [InlineData("T8", "::1.2.3.4:5")]
    [InlineData("T8", "1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("T8", ":")]
    [InlineData("", "")]
    public void Is_refused(string id, string text)
    {
        Assert.False(IpAddr.TryParse(text, out var address), id);
        Assert.Equal(default, address);
    }

    // The right column is RFC 5952, sections 4 and 5.
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("10.0.100.9", "10.0.100.9")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::FFFF:c000:0201", "192.0.2.1")]
    [InlineData("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8::AbCd", "2001:db8::abcd")]
    [InlineData("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("2001:db8::", "2001:db8::")]
    public void Is_read_and_written_in_its_one_form(string text, string canonical)
    {
        Assert.True(IpAddr.TryParse(text, out var address));
        Assert.Equal(canonical, address.ToString());
        Assert.True(IpAddr.TryParse(canonical, out var again));
        Assert.Equal(address, again);
        Assert.Equal(address.GetHashCode(), again.GetHashCode());
    }

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.0.1", false)]
    [InlineData("224.0.0.5", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("febf::1", false)]
    [InlineData("fec0::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    public void Only_a_unicast_address_beyond_the_link_is_routable(string text, bool routable)
    {
        Assert.True(IpAddr.TryParse(text, out var address));
        Assert.Equal(routable, address.IsRoutableUnicast);
    }

    [Fact]
    public void Reads_what_the_base_library_reads_for_random_addresses()
    {
        var random = new Random(5952);
        var bytes = new byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            for (var j = random.Next(16); j > 0; j--) bytes[random.Next(16)] = 0;
            var expected = new IPAddress(random.Next(2) == 0 ? bytes : bytes[..4]);

            Assert.True(IpAddr.TryParse(expected.ToString(), out var address));
            Assert.Equal(IpAddr.From(expected), address);
            Assert.Equal(IPAddress.Parse(address.ToString()), address.ToIPAddress());
            Assert.Equal(expected.IsIPv4MappedToIPv6 ? expected.MapToIPv4() : expected, address.ToIPAddress());
        }
    }

    [Fact]
    public void Never_reads_what_the_base_library_refuses()
    {
        var random = new Random(4291);
        const string Alphabet = "0129afAF:::...%/ x";
        for (var i = 0; i < 200_000; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(1, 24); length > 0; length--)
                text.Append(Alphabet[random.Next(Alphabet.Length)]);
            if (!IpAddr.TryParse(text.ToString(), out var address)) continue;
            Assert.Equal(IpAddr.From(IPAddress.Parse(text.ToString())), address);
        }
    }

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    public void A_prefix_contains(string text, string member, bool contained)
    {
        Assert.True(IpPrefix.TryParse(text, out var prefix));
        Assert.True(IpAddr.TryParse(member, out var address));
        Assert.Equal(contained, prefix.Contains(address));
        Assert.True(IpPrefix.TryParse(prefix.ToString(), out var again));
        Assert.Equal(prefix, again);
    }

    [Theory]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/+8")]
    [InlineData("192.0.2.0/")]
    [InlineData("192.0.2.0/8/8")]
    [InlineData("192.0.2.0/ 8")]
    [InlineData("2001:db8::/129")]
    [InlineData("")]
    [InlineData(null)]
    public void No_prefix(string? text) => Assert.False(IpPrefix.TryParse(text, out _));
}
