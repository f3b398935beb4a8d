namespace Assist.Flows;

/// <summary>Keys of ours that the target is to lose, and those it had at the last reading.</summary>
internal sealed class RemovalLedger
{
    // A removal that was accepted, and that no reading can prove because none is whole, is believed after that.
    private static readonly TimeSpan s_longestDoubt = TimeSpan.FromMinutes(10);

    // To remove; removal sent and no reading has shown it to be gone, with when it was first not listed; refused, with
    // when to try again.
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan?> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RefusedRemoval> _refused = new(StringComparer.Ordinal);

    private HashSet<string> _others = new(StringComparer.Ordinal);

    private readonly record struct RefusedRemoval(int Times, TimeSpan RetryAt, string Reason);

    /// <summary>True where something waits to be removed.</summary>
    public bool HasWanted => _wanted.Count > 0;

    /// <summary>True while a removal was sent and no reading has shown that it was carried out.</summary>
    public bool IsAwaited => _sent.Count > 0;

    /// <summary>True while a removal has not been confirmed.</summary>
    public bool HasAny => _wanted.Count > 0 || _sent.Count > 0 || _refused.Count > 0;

    public int RefusedCount => _refused.Count;

    /// <summary>Keys that the target refuses to remove, with its words.</summary>
    public IEnumerable<(string Key, string Reason)> Refused =>
        _refused.Select(refused => (refused.Key, refused.Value.Reason));

    /// <summary>Keys of ours in the last reading.</summary>
    public IReadOnlySet<string> Present { get; private set; } = new HashSet<string>(StringComparer.Ordinal);

    public void Want(string key)
    {
        if (!IsOthers(key)) _wanted.Add(key);
    }

    public void Want(IEnumerable<string> keys)
    {
        foreach (var key in keys) Want(key);
    }

    public void Want(IReadOnlyList<TargetEntry> entries)
    {
        foreach (var entry in entries) Want(entry.Key);
    }

    /// <summary>Removes again what is there although it should not be.</summary>
    public void WantAgain(string key)
    {
        _sent.Remove(key);
        Want(key);
    }

    /// <summary>Up to so many keys, which now count as sent.</summary>
    public string[] Take(int most)
    {
        string[] keys = [.. _wanted.Take(most)];
        _wanted.ExceptWith(keys);
        foreach (var key in keys) _sent[key] = null;
        return keys;
    }

    /// <summary>These are installed anew, after what is there of them was removed in the same change. True where
    /// something may be there.</summary>
    public bool Replace(IReadOnlyList<string> keys)
    {
        var mayExist = keys.Any(MayExist);
        _wanted.ExceptWith(keys);
        foreach (var key in keys)
        {
            _sent.Remove(key);
            _refused.Remove(key);
        }
        return mayExist;
    }

    public void Refuse(IReadOnlyList<string> keys, string? reason, TimeSpan now)
    {
        foreach (var key in keys)
        {
            if (!_sent.Remove(key)) continue;
            var times = _refused.GetValueOrDefault(key).Times;
            _refused[key] = new RefusedRemoval(times + 1, now + Backoff.After(times), reason ?? "");
        }
    }

    /// <summary>These were sent, and are gone for certain.</summary>
    public void Done(IReadOnlyList<string> keys)
    {
        foreach (var key in keys) _sent.Remove(key);
    }

    public bool IsWanted(string key) => _wanted.Contains(key);

    public bool IsSent(string key) => _sent.ContainsKey(key);

    /// <summary>True where the last reading shows an entry of somebody else under this key: it is never
    /// touched.</summary>
    public bool IsOthers(string key) => _others.Contains(key);

    /// <summary>When to try again what the target refuses to remove; null for any other key.</summary>
    public TimeSpan? RetryOf(string key) => _refused.TryGetValue(key, out var refused) ? refused.RetryAt : null;

    /// <summary>True where the key is to go, or has been told to.</summary>
    public bool IsGoing(string key) => _wanted.Contains(key) || _sent.ContainsKey(key) || _refused.ContainsKey(key);

    /// <summary>Takes in what a reading shows. What was sent is carried out where its key is absent, unless the reading
    /// may have left it out.</summary>
    /// <param name="present">Keys of ours.</param>
    /// <param name="others">Keys of everybody else.</param>
    public void Observe(HashSet<string> present, HashSet<string> others, bool isComplete, TimeSpan now)
    {
        (Present, _others) = (present, others);
        _wanted.ExceptWith(others);
        foreach (var key in _sent.Keys.Where(key => !present.Contains(key)).ToList())
        {
            var missingSince = _sent[key] ??= now;
            if (isComplete || IsOthers(key) || now - missingSince >= s_longestDoubt) _sent.Remove(key);
        }
        foreach (var key in _refused.Keys.Where(key => isComplete && !present.Contains(key)).ToList())
            _refused.Remove(key);
    }

    private bool MayExist(string key) => IsGoing(key) || Present.Contains(key);
}
