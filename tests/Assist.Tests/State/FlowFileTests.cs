using Assist.Addresses;
using Assist.Flows;
using Assist.State;

namespace Assist.Tests.State;

public sealed class FlowFileTests : IDisposable
{
    private static readonly DateTime s_utcNow = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Utc);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    private string Name => Path.Combine(_directory, "flows.state");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_flow_is_read_back_as_it_was_written_with_its_end_by_the_wall_clock()
    {
        var bypass = Bypass("web \u001b[31m, \"quoted\"");
        new FlowFile(_directory).Write([new KeptFlow(bypass, At(1000))], s_utcNow, At(400));
        // A minute later, in a run whose clock began at the start.
        var kept = Assert.Single(new FlowFile(_directory).Read(s_utcNow.AddSeconds(60), At(5)));
        Assert.Equal(At(545), kept.EndsAt);
        Assert.Equal(bypass with { Origin = null }, kept.Verdict with { Origin = null });
        Assert.Equal(bypass.Origin, kept.Verdict.Origin);
    }

    [Fact]
    public void A_drop_of_one_address_and_without_an_origin_is_read_back()
    {
        var match = new FlowMatch { Destination = Parse("2001:db8::1") };
        var drop = new Verdict(
            new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), new FlowTimeouts(1800, 0), default, "rule")
        {
            IsThreat = true,
            IsMerged = true,
        };
        new FlowFile(_directory).Write([new KeptFlow(drop, At(10))], s_utcNow, At(0));
        Assert.Equal(drop, Assert.Single(new FlowFile(_directory).Read(s_utcNow, At(0))).Verdict);
    }

    [Theory]
    [InlineData("null", false)]
    [InlineData("[null]", true)]
    [InlineData("[{}]", true)]
    [InlineData("{", true)]
    [InlineData("""[{"action":"drop","placement":"x"}]""", true)]
    public void What_assist_did_not_write_is_put_aside(string body, bool isRefused)
    {
        new StateFile(Name, "flows", 1, 1 << 20).Write(System.Text.Encoding.UTF8.GetBytes(body));
        var file = new FlowFile(_directory);
        if (isRefused) Assert.Throws<StateFileException>(() => file.Read(s_utcNow, At(0)));
        Assert.Empty(new FlowFile(_directory).Read(s_utcNow, At(0)));
        Assert.Equal(isRefused, File.Exists(Name + ".bad"));
    }

    [Fact]
    public void The_longest_texts_of_the_most_flows_fit_the_file()
    {
        var flow = new KeptFlow(Bypass(new string('\u0001', 4000)), At(1));
        new FlowFile(_directory).Write(Enumerable.Repeat(flow, FlowFile.MaxFlows + 1), s_utcNow, At(0));
        Assert.Equal(FlowFile.MaxFlows, new FlowFile(_directory).Read(s_utcNow, At(0)).Count);
    }

    [Fact]
    public void A_planted_link_is_neither_read_nor_written_through()
    {
        // One that would be believed if it were read.
        new FlowFile(_directory).Write([new KeptFlow(Bypass("web"), At(1000))], s_utcNow, At(0));
        var elsewhere = Path.Combine(_directory, "elsewhere");
        File.Move(Name, elsewhere);
        var content = File.ReadAllText(elsewhere);
        File.CreateSymbolicLink(Name, elsewhere);
        Assert.Throws<StateFileException>(() => new FlowFile(_directory).Read(s_utcNow, At(0)));
        new FlowFile(_directory).Write([], s_utcNow, At(0));
        Assert.Equal(content, File.ReadAllText(elsewhere));
    }

    private static Verdict Bypass(string text)
    {
        var match = new FlowMatch
        {
            Source = Parse("10.0.0.1"),
            Destination = Parse("203.0.113.5"),
            SourcePort = 50000,
            DestinationPort = 443,
            Protocol = IpProtocol.Tcp,
            InVlan = 10,
            OutVlan = 20,
        };
        var flow = new FlowIdentity(FlowAction.Bypass, match, Placement.BToA);
        return new Verdict(flow, new FlowTimeouts(9000, 300), new Marking(3, 8), "bypass web")
        {
            Origin = new Origin
            {
                Transport = Transport.Tls,
                Sender = Parse("192.0.2.1"),
                IsVerified = true,
                Format = "pan-os",
                FirewallRule = text,
                SessionId = text,
                Serial = text,
                ReceivedAt = s_utcNow,
            },
        };
    }

    private static IpAddr Parse(string text) => IpAddr.TryParse(text, out var address) ? address : default;

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
