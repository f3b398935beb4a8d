using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>Remembers what passed the daemon in the last ten minutes, second by second, for the page's pictures. Runs
/// only where somebody may look at them.</summary>
internal sealed class Trend(Counters counters, Func<TableView> view, Histogram reaction, TimeProvider time)
{
    public const int Samples = 600;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly Outcome[] s_refused =
    [
        Outcome.Malformed, Outcome.Stale, Outcome.RefusedSender, Outcome.Protected, Outcome.NoInterface,
        Outcome.OverLimit, Outcome.Shed,
    ];

    private readonly Lock _gate = new();

    // Guarded by the gate; the sample of number n at n modulo their number.
    private readonly TrendSample[] _samples = new TrendSample[Samples];
    private long _number;

    // Touched only by the one who samples.
    private Reading _before = Reading.Of(counters, reaction, time);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stopping)) Sample();
    }

    /// <summary>Not beside <see cref="RunAsync"/>.</summary>
    public void Sample()
    {
        var reading = Reading.Of(counters, reaction, time);
        var seconds = (reading.At - _before.At).TotalSeconds;
        // Two ticks that came late come at once.
        if (seconds <= 0) return;
        var room = view().Room;
        var (mean, high) = Reaction(_before, reading);
        lock (_gate)
        {
            _samples[++_number % Samples] = new TrendSample
            {
                Number = _number,
                Time = time.GetUtcNow().UtcDateTime,
                Messages = Rate(reading.Messages - _before.Messages),
                Drops = Rate(reading.Drops - _before.Drops),
                Bypasses = Rate(reading.Bypasses - _before.Bypasses),
                Refused = Rate(reading.Refused - _before.Refused),
                Entries = room.Used,
                OtherEntries = room.Others,
                Limit = room.Limit,
                ReactionMs = mean,
                ReactionP99Ms = high,
            };
        }
        _before = reading;

        double Rate(long count) => Math.Round(count / seconds, 1);
    }

    /// <summary>The samples behind that number, as far as they are remembered.</summary>
    public TrendReport After(long number)
    {
        lock (_gate)
        {
            // A number from before a restart says nothing.
            var first = Math.Max(number > _number ? 0 : number, _number - Samples) + 1;
            var samples = new List<TrendSample>();
            for (var n = first; n <= _number; n++) samples.Add(_samples[n % Samples]);
            return new TrendReport((int)Interval.TotalSeconds, samples);
        }
    }

    private static (double? Mean, double? High) Reaction(Reading before, Reading now)
    {
        var count = now.Reactions[^1] - before.Reactions[^1];
        if (count <= 0) return (null, null);
        var bucket = 0;
        while (bucket < Histogram.Bounds.Count
            && now.Reactions[bucket] - before.Reactions[bucket] < count * 99.0 / 100) bucket++;
        double? high = bucket < Histogram.Bounds.Count ? Histogram.Bounds[bucket] * 1000 : null;
        return (Math.Round((now.ReactionSum - before.ReactionSum) / count * 1000, 1), high);
    }

    private sealed record Reading(
        TimeSpan At, long Messages, long Drops, long Bypasses, long Refused, IReadOnlyList<long> Reactions,
        double ReactionSum)
    {
        public static Reading Of(Counters counters, Histogram reaction, TimeProvider time) => new(
            time.GetElapsedTime(0), counters.ReceivedTotal, counters.Total(Outcome.Drop),
            counters.Total(Outcome.Bypass), s_refused.Sum(counters.Total), reaction.Cumulative(),
            reaction.SumInSeconds);
    }
}
