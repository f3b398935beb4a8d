using Assist.Replay;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Replay;

public sealed class EntrySeriesTests
{
    private readonly EntrySeries _series = new();

    [Fact]
    public void A_part_shows_its_fullest_moment_and_what_was_there_last_stays()
    {
        Add(3, 0);
        Add(7, 0.5);
        Add(1, 0.9);
        Add(2, 4);

        Assert.Equal([7, 1, 1, 1, 2], Shown());
        Assert.Equal((7, At(0.5)), (_series.Peak.Total, _series.PeakAt));
    }

    [Fact]
    public void However_long_it_is_it_has_as_many_parts_and_loses_no_peak()
    {
        for (var second = 0; second < 100_000; second++) Add(second == 77_777 ? 900 : 1, second);

        Assert.InRange(_series.Count, EntrySeries.Parts / 4, EntrySeries.Parts);
        Assert.Equal(TimeSpan.FromSeconds(256), _series.Width);
        Assert.Equal([77_777 / 256], Enumerable.Range(0, _series.Count).Where(part => _series[part].Total == 900));
        Assert.Equal(At(77_777), _series.PeakAt);
    }

    private void Add(int denials, double at) => _series.Add(new EntrySample(denials, 0, 0, 0), At(at));

    private IEnumerable<int> Shown() => Enumerable.Range(0, _series.Count).Select(part => _series[part].Total);
}
