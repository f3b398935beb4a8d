namespace Assist.Bench;

/// <summary>Every sample of a run, by what was measured.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, List<double>> _samples = new(StringComparer.Ordinal);

    public void Add(string key, double value)
    {
        if (!_samples.TryGetValue(key, out var samples)) _samples[key] = samples = [];
        samples.Add(value);
    }

    /// <summary>Null where nothing was measured: a rival is not installed, or a measurement was left out.</summary>
    public Spread? Of(string key) => _samples.TryGetValue(key, out var samples) ? Spread.Of(samples) : null;

    public IEnumerable<(string Key, Spread Spread)> StartingWith(string prefix) =>
        _samples.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(pair => (pair.Key, Spread.Of(pair.Value)));
}

/// <summary>Median, smallest and largest of some samples.</summary>
internal readonly record struct Spread(double Median, double Low, double High, int Samples)
{
    /// <summary>Such as " (0.9 to 1.2)"; nothing of a single sample.</summary>
    public string Range => Samples > 1 ? $" ({Target.Number(Low)} to {Target.Number(High)})" : "";

    public static Spread Of(IReadOnlyCollection<double> samples)
    {
        var sorted = samples.Order().ToList();
        var median = (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        return new Spread(median, sorted[0], sorted[^1], sorted.Count);
    }

    /// <summary>Such as 0.99: the sample that this part of all does not exceed.</summary>
    public static double Percentile(IEnumerable<double> samples, double part)
    {
        var sorted = samples.Order().ToList();
        return sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Count) - 1)];
    }
}
