using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs.FlowSpec;

namespace Assist.Tests.Outputs.FlowSpec;

public sealed class FlowSpecNlriTests
{
    // Bytes that GoBGP 3.10, BIRD 2.0.12, FRR 8.4 and ExaBGP 4.2 have all taken for these rules.
    private const string V4 = "170120CB0071090220C6336407038106059101BB06919C41";
    private const string V6 =
        "2D01800020010DB80000000000000000000000090280002001"
        + "0DB8000000000000000000000007038111" + "05910035";

    private static readonly FlowMatch s_v4 = Match("198.51.100.7", 40001, "203.0.113.9", 443, IpProtocol.Tcp);
    private static readonly FlowMatch s_v6 = Match("2001:db8::7", 0, "2001:db8::9", 53, IpProtocol.Udp);

    [Fact]
    public void An_IPv4_five_tuple_has_the_bytes_that_routers_take() =>
        Assert.Equal(V4, Convert.ToHexString(FlowSpecNlri.Of(s_v4)));

    [Fact]
    public void An_IPv6_rule_has_an_offset_in_its_prefixes() =>
        Assert.Equal(V6, Convert.ToHexString(FlowSpecNlri.Of(s_v6)));

    [Theory]
    [InlineData(V4, false)]
    [InlineData(V6, true)]
    public void What_was_written_is_read_again(string nlri, bool isV6)
    {
        Assert.True(FlowSpecNlri.TryRead(Convert.FromHexString(nlri), isV6, out var match));

        Assert.Equal(isV6 ? s_v6 : s_v4, match);
    }

    [Theory]
    [InlineData("0B0120CB0071090218C63364")]                 // a source of 24 bits
    [InlineData("060120CB007109" + "FF")]                    // more bytes than the length says
    [InlineData("0A0120CB007109038306")]                     // cut
    [InlineData("090120CB007109038306")]                     // protocol at least 6
    [InlineData("090120CB007109030106")]                     // a list that does not end
    [InlineData("0D0120CB0071090381060681")]                 // a port of one byte, cut
    [InlineData("0A0120CB0071090593" + "01BB")]              // a port from 443 on
    [InlineData("090120CB0071090B812E")]                     // DSCP
    [InlineData("060220C6336407")]                           // no destination
    [InlineData("0C0220C63364070120CB007109")]               // not in order
    [InlineData("0C0120CB0071090120CB00710A")]               // twice
    [InlineData("F0170120CB0071")]                           // a length of two bytes
    [InlineData("")]
    [InlineData("00")]
    public void What_is_not_two_hosts_with_exact_values_is_not_understood(string nlri) =>
        Assert.False(FlowSpecNlri.TryRead(Convert.FromHexString(nlri), isV6: false, out _));

    [Fact]
    public void Bytes_of_one_family_are_not_read_as_the_other() =>
        Assert.False(FlowSpecNlri.TryRead(Convert.FromHexString(V4), isV6: true, out _));

    [Fact]
    public void Every_match_comes_back_as_it_was()
    {
        foreach (var destination in (string[])["203.0.113.9", "2001:db8::9"])
            foreach (var source in (string[])["", "198.51.100.7", "2001:db8::7"])
                foreach (var protocol in (byte[])[0, 1, 6, 17, 58, 255])
                    foreach (var port in (ushort[])[0, 1, 255, 256, 65535])
                        ComesBack(Match(source, port, destination, (ushort)(port ^ 1), new IpProtocol(protocol)));
    }

    [Fact]
    public void No_byte_of_a_rule_can_change_without_notice()
    {
        var nlri = Convert.FromHexString(V4);
        for (var at = 0; at < nlri.Length; at++)
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. nlri];
                changed[at] ^= (byte)(1 << bit);
                Assert.False(FlowSpecNlri.TryRead(changed, isV6: false, out var match) && match == s_v4);
            }
    }

    [Fact]
    public void A_drop_carries_the_attributes_that_routers_take()
    {
        var nlri = FlowSpecNlri.Of(s_v4);
        var attributes = FlowSpecAttributes.Of(nlri, isV6: false, [Community.NoExport, new Community(65010, 666)])
            .Select(Convert.ToHexString);

        Assert.Equal(
            ["40010100", "800E21000185040000000000" + V4, "C00808FFFFFF01FDF2029A", "C010088006000000000000"],
            attributes);
    }

    [Fact]
    public void A_mark_and_a_discard_are_found_among_attributes()
    {
        var mark = new Community(65010, 666);
        var attributes = Read(FlowSpecAttributes.Of([3, 1, 2, 3], isV6: true, [Community.NoExport, mark]));

        Assert.True(FlowSpecAttributes.Has(attributes, mark));
        Assert.False(FlowSpecAttributes.Has(attributes, new Community(65010, 667)));
        Assert.True(FlowSpecAttributes.OnlyDrop(attributes));
        // A rate of 1,000 bytes a second, and a drop that also redirects.
        Assert.False(FlowSpecAttributes.OnlyDrop(Read([Convert.FromHexString("C010088006FDF2447A0000")])));
        Assert.False(FlowSpecAttributes.OnlyDrop(
            Read([Convert.FromHexString("C0101080060000000000008008FDF200000064")])));
    }

    [Theory]
    [InlineData("65010:666", true)]
    [InlineData("65535:666", false)]
    [InlineData("0:1", false)]
    [InlineData("65010", false)]
    [InlineData("65010:65536", false)]
    [InlineData("65010: 1", false)]
    public void A_mark_is_two_numbers_and_no_well_known_community(string text, bool isOne) =>
        Assert.Equal(isOne, Community.TryParse(text, out _));

    private static void ComesBack(FlowMatch match)
    {
        if (match.Source.IsKnown && match.Source.IsV6 != match.Destination.IsV6) return;
        var entry = FlowSpecEntry.Of(match);
        var nlri = FlowSpecEntry.NlriOf(entry.Key, out var isV6);
        Assert.Equal(FlowSpecNlri.Of(match), nlri);
        Assert.Equal(match, FlowSpecEntry.Read(nlri, isV6).Match);
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Read(IEnumerable<byte[]> attributes) =>
        [.. attributes.Select(attribute => (ReadOnlyMemory<byte>)attribute)];

    internal static FlowMatch Match(
        string source, int sourcePort, string destination, int destinationPort, IpProtocol protocol)
    {
        return new FlowMatch
        {
            Source = IpAddr.TryParse(source, out var from) ? from : default,
            Destination = IpAddr.TryParse(destination, out var to) ? to : default,
            SourcePort = (ushort)sourcePort,
            DestinationPort = (ushort)destinationPort,
            Protocol = protocol,
        };
    }
}
