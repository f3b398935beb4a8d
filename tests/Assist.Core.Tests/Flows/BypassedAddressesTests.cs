using Assist.Addresses;
using Assist.Flows;

namespace Assist.Tests.Flows;

public sealed class BypassedAddressesTests
{
    private static readonly FlowMatch s_bypass =
        new() { Source = IpAddr.V4(0x0a000001), Destination = IpAddr.V4(0xcb007109) };

    private readonly BypassedAddresses _bypassed = new();

    [Fact]
    public void Before_the_switch_was_read_any_address_may_have_one() =>
        Assert.True(_bypassed.MayHave(s_bypass.Source));

    [Fact]
    public void An_address_may_have_one_as_long_as_one_was_added_more_often_than_removed()
    {
        _bypassed.MarkComplete();
        Assert.False(_bypassed.MayHave(s_bypass.Source));
        for (var i = 0; i < 2; i++) _bypassed.Add(s_bypass);
        _bypassed.Remove(s_bypass);
        Assert.True(_bypassed.MayHave(s_bypass.Source));
        Assert.True(_bypassed.MayHave(s_bypass.Destination));
        _bypassed.Remove(s_bypass);
        Assert.False(_bypassed.MayHave(s_bypass.Source));
        Assert.False(_bypassed.MayHave(s_bypass.Destination));
    }

    [Fact]
    public void Addresses_of_both_families_have_places_of_their_own()
    {
        _bypassed.MarkComplete();
        for (var i = 0u; i < 1000; i++)
            _bypassed.Add(s_bypass with { Source = IpAddr.V4(i), Destination = IpAddr.V6((UInt128)i << 64 | 1) });
        var taken = Enumerable.Range(1, 20_000).Count(i => _bypassed.MayHave(IpAddr.V4(0x0a000000 + (uint)i)));
        Assert.InRange(taken, 0, 4000);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(_bypassed.MayHave(IpAddr.V6((UInt128)i << 64 | 1))));
    }
}
