using System.Text;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;

namespace Assist.Tests.Daemon;

/// <summary>Losses and repeats are notices, and a firewall that sends a choice of its logs has none.</summary>
public sealed class SequenceCheckTests
{
    private readonly FlowTable _table = new(new TableOptions(), new FlowPlanner(new Topology()));
    private readonly LogSequences _sequences = new();
    private readonly LogSequence _sequence;
    private readonly SequenceCheck _check;
    private TimeSpan _now;
    private ulong _next = 1;

    public SequenceCheckTests()
    {
        _sequence = _sequences.Of(SequenceKey.Of("007951000012345"u8, isThreat: false)!.Value)!;
        _check = new SequenceCheck(_sequences, () => _now);
    }

    [Fact]
    public void A_loss_is_told_where_all_logs_had_come_before()
    {
        Send(100);
        Assert.Empty(Minute());
        _next += 7;
        Send(1000);

        var found = Assert.Single(Minute());

        Assert.Equal((false, "logs_missing"), (found.IsProblem, found.Kind));
        Assert.StartsWith("7 TRAFFIC logs of the firewall 007951000012345 were lost", found.Text,
            StringComparison.Ordinal);
        for (var minute = 0; minute < 10; minute++) Minute();
        Assert.Empty(Minute());
    }

    [Fact]
    public void A_firewall_that_sends_a_choice_of_its_logs_loses_none()
    {
        for (var minute = 0; minute < 10; minute++)
        {
            for (var i = 0; i < 300; i++, _next += 2) Send(1);
            Assert.Empty(Minute());
        }
    }

    [Fact]
    public void Logs_that_come_again_are_told()
    {
        Send(100);
        _next -= 40;
        Send(40);

        var found = Assert.Single(Minute());

        Assert.Equal((false, "logs_repeated"), (found.IsProblem, found.Kind));
        Assert.StartsWith("40 TRAFFIC logs", found.Text, StringComparison.Ordinal);
    }

    private void Send(int logs)
    {
        for (var i = 0; i < logs; i++) _sequence.Note(_next++, _now);
    }

    private List<Finding> Minute()
    {
        _now += TimeSpan.FromMinutes(1);
        var reading = new TableReading(TableView.Of(_table, default), TimeSpan.Zero);
        _check.Observe(reading);
        return [.. _check.Look(reading)];
    }
}
