using System.Globalization;
using System.Text;
using Assist.Addresses;
using Assist.Control;
using Assist.Flows;
using Assist.State;

namespace Assist.Tests.State;

public sealed class EscalationFileTests : IDisposable
{
    private static readonly DateTime s_utcNow = new(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc);
    private static readonly TimeSpan s_now = TimeSpan.FromHours(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly EscalationFile _file;

    public EscalationFileTests() => _file = new EscalationFile(_directory);

    private string Path => System.IO.Path.Combine(_directory, "escalation.state");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Every_part_of_a_match_is_read_as_it_was_written()
    {
        RememberedDrop[] drops =
        [
            new(Match("10.0.0.1", 51000, "203.0.113.5", 443) with { InVlan = 10, OutVlan = 4094 }, 3, s_now
                + TimeSpan.FromDays(7)),
            new(Match("2001:db8::1", 0, "::1.2.3.4", 65535), 0, s_now - TimeSpan.FromDays(29)),
            new(new FlowMatch { Destination = Address("203.0.113.5") }, 1, s_now),
            new(new FlowMatch { Source = Address("10.0.0.1"), Protocol = new IpProtocol(255) }, 16, s_now),
        ];
        _file.Write(drops, s_utcNow, s_now);
        Assert.Equal(drops, _file.Read(s_utcNow, s_now));
    }

    [Fact]
    public void Ends_are_kept_by_the_wall_clock()
    {
        _file.Write([new RememberedDrop(Match("10.0.0.1", 0, "10.0.0.2", 0), 1, s_now + TimeSpan.FromHours(1))],
            s_utcNow, s_now);
        // A switch that was reloaded counts from its start.
        var drop = Assert.Single(_file.Read(s_utcNow.AddMinutes(50), TimeSpan.FromMinutes(2)));
        Assert.Equal(TimeSpan.FromMinutes(12), drop.EndsAt);
    }

    // 1970 and 2200: what the memory makes of such an end is its own business.
    [Theory]
    [InlineData(-20_000)]
    [InlineData(63_000)]
    public void A_wall_clock_that_is_far_off_reads_and_writes(int days)
    {
        var drop = new RememberedDrop(Match("10.0.0.1", 0, "10.0.0.2", 0), 1, s_now);
        _file.Write([drop], s_utcNow, s_now);
        Assert.Equal(s_now - TimeSpan.FromDays(days), Assert.Single(_file.Read(s_utcNow.AddDays(days), s_now)).EndsAt);
        _file.Write([drop], s_utcNow.AddDays(days), s_now);
        Assert.Equal(drop, Assert.Single(_file.Read(s_utcNow.AddDays(days), s_now)));
    }

    [Fact]
    public void A_full_memory_fits()
    {
        var drops = Enumerable.Range(0, Escalation.MaxMatches).Select(host => new RememberedDrop(
            Match($"2001:db8:1111:2222:3333:4444:5555:{host:x}", 65535, "2001:db8:1111:2222:3333:4444:5555:6666", 65535)
                with
            { InVlan = 4094 },
            1000, s_now)).ToList();
        _file.Write(drops, s_utcNow, s_now);
        Assert.Equal(drops, _file.Read(s_utcNow, s_now));
    }

    [Fact]
    public void Where_there_is_no_file_nothing_is_remembered() => Assert.Empty(_file.Read(s_utcNow, s_now));

    [Theory]
    [InlineData("1 1772600767 6 10.0.0.1 0 0 10.0.0.2 443")]
    [InlineData("1 1772600767 6 10.0.0.1 0 0 10.0.0.2 443 0 0")]
    [InlineData("1 1772600767 6 10.0.0.1 0 0 10.0.0.2 443 65536")]
    [InlineData("1 1772600767 256 10.0.0.1 0 0 10.0.0.2 443 0")]
    [InlineData("1001 1772600767 6 10.0.0.1 0 0 10.0.0.2 443 0")]
    [InlineData("-1 1772600767 6 10.0.0.1 0 0 10.0.0.2 443 0")]
    [InlineData("1 999999999999 6 10.0.0.1 0 0 10.0.0.2 443 0")]
    [InlineData("1 1772600767 6 10.0.0.1/24 0 0 10.0.0.2 443 0")]
    [InlineData("1  6 10.0.0.1 0 0 10.0.0.2 443 0")]
    [InlineData("")]
    public void A_line_that_is_none_of_ours_spoils_the_file_which_is_put_aside(string line)
    {
        const string Good = "1 1772600767 6 10.0.0.1 0 0 10.0.0.2 443 0\n";
        new StateFile(Path, "escalation", 1, 1000).Write(Encoding.ASCII.GetBytes(Good + line + "\n"));

        var fault = Assert.Throws<StateFileException>(() => _file.Read(s_utcNow, s_now));

        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
        Assert.Equal([Path + ".bad"], Directory.GetFiles(_directory));
        new StateFile(Path, "escalation", 1, 1000).Write(Encoding.ASCII.GetBytes(Good));
        Assert.Single(_file.Read(s_utcNow, s_now));
    }

    [Fact]
    public void What_is_taken_back_without_a_daemon_is_not_there_for_the_next()
    {
        RememberedDrop[] drops = [.. Enumerable.Range(1, 3).Select(host =>
            new RememberedDrop(Match(string.Create(CultureInfo.InvariantCulture, $"10.0.0.{host}"), 0, "10.0.1.1", 443),
                host, s_now))];
        _file.Write(drops, s_utcNow, s_now);

        _file.Forget(
            match => FlowSelection.Includes(new FlowFilter { Address = "10.0.0.2" }, match), s_utcNow.AddHours(1));
        Assert.Equal([drops[0], drops[2]], _file.Read(s_utcNow, s_now));
        _file.Forget(match => FlowSelection.Includes(new FlowFilter { Rule = "a" }, match), s_utcNow);
        _file.Forget(match => FlowSelection.Includes(new FlowFilter { Action = "bypass" }, match), s_utcNow);
        Assert.Equal(2, _file.Read(s_utcNow, s_now).Count);
        _file.Forget(match =>
            FlowSelection.Includes(new FlowFilter { Name = "DROP_TCP_10-0-0-1_10-0-1-1:443" }, match), s_utcNow);
        Assert.Equal([drops[2]], _file.Read(s_utcNow, s_now));
        _file.Forget(match => FlowSelection.Includes(new FlowFilter(), match), s_utcNow);
        Assert.Empty(_file.Read(s_utcNow, s_now));
    }

    private static FlowMatch Match(string source, ushort sourcePort, string destination, ushort destinationPort) =>
        new()
        {
            Source = Address(source),
            Destination = Address(destination),
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            Protocol = IpProtocol.Tcp,
        };

    private static IpAddr Address(string text)
    {
        Assert.True(IpAddr.TryParse(text, out var address));
        return address;
    }
}
