using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;

namespace Assist.Tests.Daemon;

/// <summary>Rates of the last ten minutes, with a clock moved by hand.</summary>
public sealed class TrendTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Counters _counters = new();
    private readonly Histogram _reaction = new();
    private readonly FlowTable _table = new(new TableOptions(), new FlowPlanner(new Topology()));
    private readonly Trend _trend;

    public TrendTests() => _trend = new Trend(_counters, () => TableView.Of(_table, default), _reaction, _clock);

    [Fact]
    public void A_sample_has_what_came_since_the_one_before_by_the_time_that_has_passed()
    {
        Count(Outcome.Drop, 6);
        Count(Outcome.Malformed, 2);
        Count(Outcome.Shed, 2);
        _reaction.Observe(TimeSpan.FromMilliseconds(2));
        _reaction.Observe(TimeSpan.FromMilliseconds(4));
        Sample(after: 2);
        Count(Outcome.Bypass, 1);
        Sample(after: 1);

        var samples = _trend.After(0).Samples;

        Assert.Equal([(5.0, 3.0, 0.0, 2.0), (1.0, 0.0, 1.0, 0.0)],
            samples.Select(sample => (sample.Messages, sample.Drops, sample.Bypasses, sample.Refused)));
        Assert.Equal([(3.0, 5.0), (null, null)],
            samples.Select(sample => (sample.ReactionMs, sample.ReactionP99Ms)));
        Assert.Equal(_clock.GetUtcNow().UtcDateTime, samples[^1].Time);
    }

    [Fact]
    public void Two_ticks_that_come_at_once_are_one_sample()
    {
        Sample(after: 1);
        _trend.Sample();

        Assert.Single(_trend.After(0).Samples);
    }

    [Fact]
    public void Ten_minutes_are_remembered_and_who_knows_some_gets_the_rest()
    {
        for (var i = 0; i < Trend.Samples + 5; i++) Sample(after: 1);

        Assert.Equal(Enumerable.Range(6, Trend.Samples), Numbers(0));
        Assert.Equal([604, 605], Numbers(603));
        Assert.Empty(Numbers(605));
    }

    [Fact]
    public void A_number_of_before_a_restart_gets_all_that_there_is()
    {
        Sample(after: 1);
        Sample(after: 1);

        Assert.Equal([1, 2], Numbers(17));
    }

    private IEnumerable<int> Numbers(long after) => _trend.After(after).Samples.Select(sample => (int)sample.Number);

    private void Sample(int after)
    {
        _clock.Advance(TimeSpan.FromSeconds(after));
        _trend.Sample();
    }

    private void Count(Outcome outcome, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _counters.Received(Transport.Tcp);
            _counters.Count(Transport.Tcp, outcome);
        }
    }
}
