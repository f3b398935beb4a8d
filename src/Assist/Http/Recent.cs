namespace Assist.Http;

/// <summary>An answer that many may have: it is asked for again once it is older than that. However many pages are
/// open, the daemon is asked as often as by one.</summary>
internal sealed class Recent<T>(Func<Task<T>> ask, TimeSpan most, TimeProvider time)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private Task<T>? _last;
    private long _askedAt;

    public Task<T> Get()
    {
        lock (_gate)
        {
            if (_last is { IsFaulted: false, IsCanceled: false } last && time.GetElapsedTime(_askedAt) < most)
                return last;
            _askedAt = time.GetTimestamp();
            return _last = ask();
        }
    }
}
