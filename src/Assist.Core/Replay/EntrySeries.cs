namespace Assist.Replay;

/// <summary>Entries of the switch at one time, by class of flow.</summary>
public readonly record struct EntrySample(int Denials, int Threats, int Bypasses, int Redirects)
{
    public int Total => Denials + Threats + Bypasses + Redirects;
}

/// <summary>How many entries there were over time, in at most 512 parts of one length: the fullest moment of each. When
/// a log is longer the parts become twice as long, so that its length costs no memory.</summary>
public sealed class EntrySeries
{
    public const int Parts = 512;

    private readonly EntrySample[] _parts = new EntrySample[Parts];
    private EntrySample _last;

    /// <summary>How long a part is.</summary>
    public TimeSpan Width { get; private set; } = TimeSpan.FromSeconds(1);

    public int Count { get; private set; }

    public EntrySample this[int part] => _parts[part];

    public EntrySample Peak { get; private set; }

    /// <summary>When it was first that full, since the start.</summary>
    public TimeSpan PeakAt { get; private set; }

    /// <param name="at">Since the start; not before the last.</param>
    public void Add(EntrySample sample, TimeSpan at)
    {
        if (sample.Total > Peak.Total) (Peak, PeakAt) = (sample, at);
        while (at.Ticks / Width.Ticks >= Parts) Halve();
        var part = (int)(at.Ticks / Width.Ticks);
        // What was there last has stayed until now.
        for (; Count <= part; Count++) _parts[Count] = _last;
        _parts[part] = Fuller(_parts[part], sample);
        _last = sample;
    }

    private void Halve()
    {
        Count = (Count + 1) / 2;
        for (var i = 0; i < Count; i++) _parts[i] = Fuller(_parts[2 * i], _parts[2 * i + 1]);
        Array.Clear(_parts, Count, Parts - Count);
        Width *= 2;
    }

    private static EntrySample Fuller(EntrySample one, EntrySample other) => other.Total > one.Total ? other : one;
}
