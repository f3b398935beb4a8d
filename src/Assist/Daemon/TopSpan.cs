using Assist.Addresses;
using Assist.Control;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>What is listed.</summary>
internal enum TopSubject { Rules, Sources, Destinations, Applications, Senders }

/// <summary>What is summed up for it, in the order of <see cref="TopQuestion.Figures"/>.</summary>
internal enum TopFigure { Drops, Bypasses, Packets, Bytes }

/// <summary>A name in a list: an address or a text.</summary>
internal readonly record struct TopName(IpAddr Address, string Text)
{
    public override string ToString() => Address.IsKnown ? $"{Address}" : Text;
}

/// <summary>One amount of a figure for one name.</summary>
internal readonly record struct TopAmount(TopSubject Subject, TopFigure Figure, TopName Name);

/// <summary>The largest sums over a span that ends now, in periods of which the oldest is forgotten. Each period keeps
/// 64 names for each figure of each list: of the sums over all periods, one 64th may be misjudged at most.</summary>
/// <param name="period">The span is known as exactly as that.</param>
internal sealed class TopSpan(TimeSpan length, TimeSpan period)
{
    private static readonly int s_figures = Enum.GetValues<TopFigure>().Length;
    private static readonly int s_sums = Enum.GetValues<TopSubject>().Length * s_figures;

    private readonly Queue<Period> _periods = new();
    private Period? _last;

    /// <summary>Facts of the span that were missed.</summary>
    public long Missed => _periods.Sum(each => each.Missed);

    /// <summary>When the oldest remembered period began; monotonic.</summary>
    public TimeSpan Since(TimeSpan now) => period * (NumberOf(now) - Kept + 1);

    private int Kept => (int)(length / period);

    public void Add(IEnumerable<KeyValuePair<TopAmount, long>> amounts, long missed, TimeSpan now)
    {
        Forget(now);
        var number = NumberOf(now);
        if (_last?.Number != number) _periods.Enqueue(_last = new Period(number));
        _last.Missed += missed;
        foreach (var ((subject, figure, name), amount) in amounts)
            (_last.Sums[IndexOf(subject, figure)] ??= new TopKeys<TopName>()).Add(name, amount);
    }

    /// <param name="most">Rows at most, the largest by the figure.</param>
    public TopList ListOf(TopSubject subject, TopFigure by, int most, TimeSpan now)
    {
        Forget(now);
        var (sums, errors) = (new Dictionary<TopName, long[]>(), new long[s_figures]);
        foreach (var figure in Enum.GetValues<TopFigure>())
        {
            foreach (var top in _periods.Select(each => each.Sums[IndexOf(subject, figure)]).OfType<TopKeys<TopName>>())
            {
                errors[(int)figure] += top.Error;
                foreach (var (name, sum) in top.Sums()) Of(sums, name)[(int)figure] += sum;
            }
        }
        var rows = sums.OrderByDescending(row => row.Value[(int)by]).ThenByDescending(row => row.Value[0])
            .ThenByDescending(row => row.Value[1]).ThenByDescending(row => row.Value[2])
            .ThenBy(row => $"{row.Key}", StringComparer.Ordinal).Take(most);
        return new TopList(
            [.. rows.Select(row => new TopRow(
                $"{row.Key}", row.Value[0], row.Value[1], row.Value[2], row.Value[3]))],
            new TopFigures(errors[0], errors[1], errors[2], errors[3]));
    }

    private void Forget(TimeSpan now)
    {
        while (_periods.TryPeek(out var oldest) && oldest.Number <= NumberOf(now) - Kept) _periods.Dequeue();
    }

    private long NumberOf(TimeSpan now) => now.Ticks / period.Ticks;

    private static int IndexOf(TopSubject subject, TopFigure figure) => (int)subject * s_figures + (int)figure;

    private static long[] Of(Dictionary<TopName, long[]> sums, TopName name)
    {
        if (!sums.TryGetValue(name, out var sum)) sums.Add(name, sum = new long[s_figures]);
        return sum;
    }

    /// <param name="number">Whole periods of the clock before it.</param>
    private sealed class Period(long number)
    {
        public long Number => number;

        public long Missed { get; set; }

        public TopKeys<TopName>?[] Sums { get; } = new TopKeys<TopName>?[s_sums];
    }
}
