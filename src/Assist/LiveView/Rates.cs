using Assist.Control;

namespace Assist.LiveView;

/// <summary>What a value was of late, the oldest first.</summary>
internal sealed class Series
{
    /// <summary>Values that are remembered.</summary>
    public const int Kept = 60;

    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Letters = "_.-:=+*#";

    private readonly Queue<double> _values = new();

    /// <summary>Null until there was one.</summary>
    public double? Last { get; private set; }

    public void Add(double value)
    {
        if (_values.Count == Kept) _values.Dequeue();
        _values.Enqueue(value);
        Last = value;
    }

    /// <summary>The last values as a picture of so many columns.</summary>
    /// <param name="isUnicode">False where the terminal has letters only.</param>
    public string Picture(int width, bool isUnicode)
    {
        var steps = isUnicode ? Blocks : Letters;
        var shown = _values.TakeLast(width).ToList();
        var most = Math.Max(1e-9, shown.DefaultIfEmpty().Max());
        return string.Concat(shown.Select(value => steps[(int)Math.Round(value / most * (steps.Length - 1))]))
            .PadLeft(width);
    }
}

/// <summary>Rates between one status and the next, and the reaction time.</summary>
internal sealed class Rates
{
    // Messages of which `assist refused` would tell, and those that were shed.
    private static readonly string[] s_refused =
        ["malformed", "stale", "refused_sender", "protected", "no_interface", "over_limit", "shed"];

    private StatusReport? _before;
    private TimeSpan _beforeAt;

    public Series Messages { get; } = new();
    public Series Drops { get; } = new();
    public Series Refused { get; } = new();

    /// <summary>Mean of the flows that were read back last, in milliseconds; null where there were none.</summary>
    public double? ReactionMs { get; private set; }

    /// <param name="now">When the status was told; monotonic.</param>
    public void Take(StatusReport status, TimeSpan now)
    {
        // A daemon that was started anew counts from 0.
        if (_before is { } before && before.Pid == status.Pid && status.Received >= before.Received)
        {
            var seconds = (now - _beforeAt).TotalSeconds;
            if (seconds <= 0) return;
            Messages.Add((status.Received - before.Received) / seconds);
            Drops.Add((Of(status, "drop") - Of(before, "drop")) / seconds);
            Refused.Add((s_refused.Sum(each => Of(status, each)) - s_refused.Sum(each => Of(before, each))) / seconds);
        }
        ReactionMs = Reaction(_before?.Reaction, status.Reaction) ?? ReactionMs;
        (_before, _beforeAt) = (status, now);
    }

    private static double? Reaction(ReactionStatus? before, ReactionStatus? now)
    {
        if (now is not { MeanMs: { } mean }) return null;
        var fresh = now.Flows - (before?.Flows ?? 0);
        return fresh == 0 ? null
            : fresh < 0 ? mean
            : Math.Max(0, (mean * now.Flows - (before?.MeanMs ?? 0) * (before?.Flows ?? 0)) / fresh);
    }

    private static long Of(StatusReport status, string outcome) => status.Outcomes.GetValueOrDefault(outcome);
}
