using Assist.Addresses;
using Assist.Flows;
using Assist.Gobgp;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Outputs;

public sealed class GobgpTargetTests : IAsyncLifetime
{
    private const string Operators = "source 198.51.100.8/32 destination 203.0.113.9/32 protocol tcp "
        + "source-port ==40001 destination-port ==443";

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    private Gobgpd _gobgpd = null!;
    private FlowSpecOptions _options = null!;
    private GobgpEngine _engine = null!;
    private AnnouncementGuard _guard = null!;
    private GobgpTarget _target = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Gobgpd.IsThere, "needs gobgpd (package gobgpd)");
        _gobgpd = new Gobgpd();
        _options = new FlowSpecOptions
        {
            Engine = _gobgpd.Address,
            Mark = new Community(65010, 666),
            OwnPrefixes = [Prefix("203.0.113.0/24"), Prefix("2001:db8:2::/48")],
        };
        _engine = new GobgpEngine(_options.Engine);
        _guard = new AnnouncementGuard(_options, _ => false);
        _target = new GobgpTarget(
            _engine, _options, _guard, TimeProvider.System, NullLogger<GobgpTarget>.Instance);
        await UntilItAnswersAsync();
    }

    public ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        _gobgpd?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_announced_is_read_adopted_and_withdrawn()
    {
        Verdict[] drops =
        [
            Drop("198.51.100.7", "203.0.113.9", IpProtocol.Tcp), Drop("2001:db8:1::7", "2001:db8:2::9", IpProtocol.Udp),
        ];
        Assert.All(await ApplyAsync(drops.Select(Install)), Accepted);

        var installed = await _target.ReadAsync(CancellationToken.None);
        var table = new FlowTable(new TableOptions(), _target.Planner);
        Assert.Equal(
            drops.Select(drop => drop.Flow).ToHashSet(),
            table.Observed(installed, TimeSpan.Zero).Adopted.Select(record => record.Identity).ToHashSet());
        Assert.All(installed.Entries, entry => Assert.Equal(EntryStatus.Advertised, entry.Status));
        Assert.Contains("{Communities: no-export, 65010:666} {Extcomms: [discard]}",
            await _gobgpd.OrderAsync("global rib -a ipv4-flowspec"), StringComparison.Ordinal);

        Assert.All(await ApplyAsync(drops.Select(Remove)), Accepted);
        Assert.Empty((await _target.ReadAsync(CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task What_others_have_announced_is_never_touched()
    {
        var taken = Drop("198.51.100.8", "203.0.113.9", IpProtocol.Tcp);
        await _gobgpd.OrderAsync($"global rib add -a ipv4-flowspec match {Operators} then rate-limit 1000");

        var refused = Assert.Single(await ApplyAsync([Install(taken)]));
        Assert.Equal(ChangeStatus.Rejected, refused.Status);
        Assert.All(await ApplyAsync([Remove(taken)]), Accepted);
        Assert.Equal(0, await Withdrawal.OfAllAsync(_engine, _options.Mark, CancellationToken.None));

        var left = Assert.Single((await _target.ReadAsync(CancellationToken.None)).Entries);
        Assert.False(_target.Planner.IsOurs(left));
        Assert.Contains("rate: 1000", await _gobgpd.OrderAsync("global rib -a ipv4-flowspec"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_could_meet_the_engines_sessions_is_not_sent()
    {
        await _target.ReadAsync(CancellationToken.None);

        var results = await ApplyAsync(
        [
            Install(Drop("198.51.100.7", "203.0.113.2", IpProtocol.Udp)),
            Install(Drop("192.0.2.10", "203.0.113.9", IpProtocol.Tcp)),
            Install(Drop("198.51.100.7", "192.0.2.99", IpProtocol.Tcp)),
        ]);

        Assert.All(results, result => Assert.Equal(ChangeStatus.Rejected, result.Status));
        Assert.Empty((await _target.ReadAsync(CancellationToken.None)).Entries);
        Assert.Equal("203.0.113.2", Assert.Single(_engine.Peers).Address);
    }

    [Fact]
    public async Task All_that_is_marked_is_withdrawn_at_once()
    {
        await ApplyAsync(Enumerable.Range(1, 1500)
            .Select(i => Install(Drop($"198.51.{i >> 8}.{i & 255}", "203.0.113.9", IpProtocol.Tcp))));
        Assert.Equal(1500, (await _target.ReadAsync(CancellationToken.None)).Entries.Count);

        Assert.Equal(0, await Withdrawal.OfAllAsync(_engine, _options.Mark, CancellationToken.None));

        Assert.Empty((await _target.ReadAsync(CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task An_engine_that_is_away_is_told_and_found_again()
    {
        _gobgpd.End();
        FlowChange[] changes = [Install(Drop("198.51.100.7", "203.0.113.9", IpProtocol.Tcp))];
        // What was sent by the connection that is gone nobody knows; without one nothing is sent.
        await Assert.ThrowsAsync<TargetException>(() => ApplyAsync(changes));
        Assert.True((await Assert.ThrowsAsync<TargetException>(() => ApplyAsync(changes))).NothingApplied);

        _gobgpd.Start();
        await UntilItAnswersAsync();
        Assert.Empty((await _target.ReadAsync(CancellationToken.None)).Entries);
    }

    private Task<IReadOnlyList<ChangeResult>> ApplyAsync(IEnumerable<FlowChange> changes) =>
        _target.ApplyAsync([.. changes], CancellationToken.None);

    private FlowChange Install(Verdict drop) => new() { Install = _target.Planner.Plan(drop) };

    private FlowChange Remove(Verdict drop) =>
        new() { Remove = [.. _target.Planner.Plan(drop).Select(entry => entry.Key)] };

    private static void Accepted(ChangeResult result) => Assert.Equal(ChangeStatus.Accepted, result.Status);

    private async Task UntilItAnswersAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
            try
            {
                await _target.ReadAsync(CancellationToken.None);
                return;
            }
            catch (TargetException) when (TimeProvider.System.GetElapsedTime(begun) < s_longest)
            {
            }
    }

    private static Verdict Drop(string source, string destination, IpProtocol protocol)
    {
        var match = new FlowMatch
        {
            Source = Prefix(source).Address,
            Destination = Prefix(destination).Address,
            SourcePort = 40001,
            DestinationPort = 443,
            Protocol = protocol,
        };
        return new Verdict(
            new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), new FlowTimeouts(1800, 0), default, "denied");
    }

    private static IpPrefix Prefix(string text) => IpPrefix.TryParse(text, out var prefix) ? prefix : default;
}
