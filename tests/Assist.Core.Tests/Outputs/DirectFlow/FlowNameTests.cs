using Assist.Addresses;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Tests.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Outputs.DirectFlow;

public sealed class FlowNameTests
{
    private const int LongestEosIsKnownToTake = 76;

    [Fact]
    public void Different_matches_have_different_names_of_the_contracts_alphabet()
    {
        var random = new Random(7);
        var names = new Dictionary<string, FlowMatch>(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            var match = Any(random);
            var name = FlowName.Of(new FlowIdentity(FlowAction.Bypass, match, Placement.AToB), Placement.AToB);
            Assert.Matches("^BYPASS_FW_AB_[A-Za-z0-9:_-]+$", name);
            Assert.True((name + FlowName.InitiatorSuffix).Length <= LongestEosIsKnownToTake);
            Assert.True(names.TryAdd(name, match) || names[name] == match, $"{name}: {match} and {names[name]}");
            Assert.Equal(name, FlowName.Of(new FlowIdentity(FlowAction.Bypass, match, Placement.AToB), Placement.AToB));
        }
    }

    [Fact]
    public void An_address_with_an_IPv4_tail_is_told_from_one_with_the_same_digits()
    {
        Assert.True(IpAddr.TryParse("::1.2.3.4", out var dotted));
        Assert.True(IpAddr.TryParse("::1:2:3:4", out var colons));
        Assert.NotEqual(Name(dotted), Name(colons));

        static string Name(IpAddr source) => FlowName.Of(
            new FlowIdentity(FlowAction.Drop, new FlowMatch { Source = source }, Placement.Anywhere),
            Placement.Anywhere);
    }

    [Fact]
    public void Names_are_those_of_the_contract()
    {
        Assert.Equal("DROP_TCP_10-0-0-1:50000_203-0-113-5:443", Assert.Single(Planner.Plan(Drop())).Name);
        Assert.Equal(
            ["BYPASS_FW_AB_TCP_10-0-0-1:50000_203-0-113-5:443_INI",
                "BYPASS_FW_AB_TCP_10-0-0-1:50000_203-0-113-5:443_RSP"],
            Planner.Plan(Bypass()).Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("DROP_x", true, false)]
    [InlineData("BYPASS_FW_x", true, false)]
    [InlineData("REDIR_TO_FW_x", true, false)]
    [InlineData("STATIC_x", false, true)]
    [InlineData("MIRROR_TO_FW_TAP__x", false, true)]
    [InlineData("drop_x", false, false)]
    [InlineData("MSS_x", false, false)]
    public void A_prefix_tells_whose_an_entry_is(string name, bool isDynamic, bool isStatic) =>
        Assert.Equal((isDynamic, isStatic), (FlowName.IsDynamic(name), FlowName.IsStatic(name)));

    private static FlowMatch Any(Random random) => new()
    {
        Source = AnyAddress(random),
        Destination = AnyAddress(random),
        SourcePort = (ushort)random.Next(0, 4),
        DestinationPort = (ushort)random.Next(0, 4),
        Protocol = new IpProtocol((byte)random.Next(256)),
        InVlan = (ushort)random.Next(0, 3),
        OutVlan = (ushort)random.Next(0, 3),
    };

    private static IpAddr AnyAddress(Random random) => random.Next(5) switch
    {
        0 => default,
        1 => IpAddr.V4((uint)random.Next(1, 300)),
        2 => IpAddr.V4((uint)random.NextInt64(1, uint.MaxValue)),
        3 => IpAddr.V6((UInt128)random.Next(1, 70_000) << (16 * random.Next(8)) | (uint)random.Next(1, 70_000)),
        _ => IpAddr.V6(new UInt128((ulong)random.NextInt64(1, long.MaxValue), (ulong)random.NextInt64())),
    };
}
