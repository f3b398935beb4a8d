using Assist.Addresses;
using Assist.Control;
using Assist.Daemon;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs.DirectFlow;
using Assist.Telemetry;

namespace Assist.Tests.Daemon;

/// <summary>Who has most of what, with a clock moved by hand.</summary>
public sealed class TopTalkersTests
{
    private static readonly FlowPlanner s_planner = new(new Topology());

    private readonly ManualTimeProvider _clock = new();
    private readonly FlowEvents _events = new();
    private readonly TopTalkers _top;
    private TableView _view = TableView.Of(new FlowTable(new TableOptions(), s_planner), default);

    public TopTalkersTests() => _top = new TopTalkers(_events, () => _view, _clock);

    [Fact]
    public void Flows_are_counted_for_all_that_asked_for_them()
    {
        Ask(FlowAction.Drop, 1);
        Ask(FlowAction.Drop, 1);
        Ask(FlowAction.Drop, 2);
        Ask(FlowAction.Bypass, 1);
        Ask(FlowAction.Redirect, 1);
        _top.Sample();

        var report = Report();

        Assert.Equal([new TopRow("a-rule", 3, 1, 0, 0)], report.Rules.Rows);
        Assert.Equal([new TopRow("10.0.0.1", 2, 1, 0, 0), new TopRow("10.0.0.2", 1, 0, 0, 0)], report.Sources.Rows);
        Assert.Equal([new TopRow("203.0.113.5", 3, 1, 0, 0)], report.Destinations.Rows);
        Assert.Equal([new TopRow("ssl", 3, 1, 0, 0)], report.Applications.Rows);
        Assert.Equal([new TopRow("192.0.2.1", 3, 1, 0, 0)], report.Senders.Rows);
        Assert.Equal(new TopFigures(0, 0, 0, 0), report.Sources.Error);
    }

    [Fact]
    public void The_largest_by_the_asked_figure_come_first_and_no_more_than_were_asked_for()
    {
        Ask(FlowAction.Drop, 1);
        Ask(FlowAction.Bypass, 2);
        Ask(FlowAction.Bypass, 2);
        Ask(FlowAction.Bypass, 3);
        _top.Sample();

        Assert.Equal(["10.0.0.1", "10.0.0.2"], Names(Report(last: 2)));
        Assert.Equal(["10.0.0.2", "10.0.0.3"], Names(Report(by: "bypasses", last: 2)));
    }

    [Fact]
    public void Packets_count_from_the_first_reading_on_and_those_of_an_earlier_run_do_not()
    {
        Show(Flow(1, 40, 4000), Flow(2, 700, 70_000, isOfEarlierRun: true));
        _top.Sample();
        Show(Flow(1, 50, 5000), Flow(2, 703, 70_300, isOfEarlierRun: true), Flow(3, 5, 500));
        _top.Sample();
        // The switch has cleared its counters.
        Show(Flow(1, 7, 700), Flow(3, 5, 500));
        _top.Sample();

        Assert.Equal(
            [
                new TopRow("10.0.0.1", 0, 0, 57, 5700), new TopRow("10.0.0.3", 0, 0, 5, 500),
                new TopRow("10.0.0.2", 0, 0, 3, 300),
            ],
            Report(by: "packets").Sources.Rows);
    }

    [Fact]
    public void What_is_older_than_the_span_is_forgotten()
    {
        Ask(FlowAction.Drop, 1);
        Sample(after: TimeSpan.FromMinutes(2));
        Ask(FlowAction.Drop, 2);
        Sample(after: TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.0.1", "10.0.0.2"], Names(Report("minute")));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty(Names(Report("minute")));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], Names(Report("hour")));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(Names(Report("hour")));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], Names(Report("day")));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(Names(Report("day")));
    }

    [Fact]
    public void The_beginning_is_that_of_the_span_or_the_start_of_the_daemon()
    {
        var started = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(started, Report("day").Since);

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange((_clock.GetUtcNow() - Report("minute").Since).TotalSeconds, 50, 60);
    }

    [Fact]
    public void A_busy_source_is_found_among_more_than_there_are_places_for()
    {
        for (var i = 0; i < 3000; i++) Ask(FlowAction.Drop, i % 3 == 0 ? 9999 : i);
        _top.Sample();

        var sources = Report().Sources;

        Assert.Equal(("10.0.39.15", true), (sources.Rows[0].Name, sources.Error.Drops > 0));
        Assert.InRange(sources.Rows[0].Drops - 1000, -sources.Error.Drops, sources.Error.Drops);
    }

    [Fact]
    public void Facts_that_came_too_fast_are_told()
    {
        for (var i = 0; i < FlowEvents.Capacity + 10; i++) Ask(FlowAction.Drop, 1);
        _top.Sample();

        var report = Report();

        Assert.Equal((10L, (long)FlowEvents.Capacity), (report.Missed, report.Rules.Rows[0].Drops));
    }

    private static IEnumerable<string> Names(TopReport report) => report.Sources.Rows.Select(row => row.Name);

    private TopReport Report(string over = "hour", string by = "drops", int last = 10) =>
        _top.Of(new TopQuestion { Over = over, By = by, Last = last });

    private void Sample(TimeSpan after)
    {
        _clock.Advance(after);
        _top.Sample();
    }

    private void Ask(FlowAction action, int host)
    {
        var verdict = VerdictOf(action, host);
        _events.Publish(new FlowEvent(FlowEventKind.Requested, default)
        {
            Rule = verdict.Rule,
            Identity = verdict.Flow,
            Origin = verdict.Origin,
        });
    }

    private void Show(params FlowView[] flows) => _view = _view with { Flows = flows };

    private FlowView Flow(int host, long packets, long bytes, bool isOfEarlierRun = false)
    {
        var verdict = VerdictOf(FlowAction.Bypass, host);
        return new FlowView(
            verdict, s_planner.Plan(verdict), FlowState.Programmed, packets, null, TimeSpan.MaxValue, 0, null)
        {
            Bytes = bytes,
            BegunAt = _clock.GetElapsedTime(0) - (isOfEarlierRun ? TimeSpan.FromHours(1) : TimeSpan.Zero),
        };
    }

    private static Verdict VerdictOf(FlowAction action, int host) => new(
        new FlowIdentity(
            action,
            new FlowMatch
            {
                Source = IpAddr.V4(0x0a000000u + (uint)host),
                Destination = IpAddr.V4(0xcb007105),
                Protocol = IpProtocol.Tcp,
                SourcePort = 50_000,
                DestinationPort = 443,
            }, Placement.Either),
        new FlowTimeouts(1800, 300), default, "a-rule")
    {
        Origin = new Origin { Sender = IpAddr.V4(0xc0000201), Application = "ssl" },
    };
}
