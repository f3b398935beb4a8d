using Assist.Flows;
using Assist.Outputs;

namespace Assist.Enforcement;

/// <summary>The one call to the target that may be under way, and when to retry after one that failed. Touched only by
/// the loop; calls run on the thread pool and post their answers to it.</summary>
internal sealed class TargetLink : IDisposable
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);

    // A refused connection costs next to nothing, and a switch that reloads has lost every flow.
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _calls = new();
    private readonly CancellationTokenSource _readings;
    private readonly IFlowTarget _target;
    private readonly Action<Action> _post;
    private TimeSpan _retryDelay;
    private volatile string? _fault = "it has not been read yet";

    public TargetLink(IFlowTarget target, Action<Action> post)
    {
        (_target, _post) = (target, post);
        _readings = CancellationTokenSource.CreateLinkedTokenSource(_calls.Token);
    }

    /// <summary>True makes calls on the loop: of a target that answers at once, so that a clock which is moved by hand
    /// does not run away from it.</summary>
    public bool CallsAtOnce { get; set; }

    /// <summary>See <see cref="TargetCapabilities.IsDoneWhenAccepted"/>.</summary>
    public bool IsDoneWhenAccepted => _target.Planner.Capabilities.IsDoneWhenAccepted;

    public bool IsBusy { get; private set; }

    /// <summary>Nothing is sent before; monotonic.</summary>
    public TimeSpan RetryAt { get; private set; }

    /// <summary>True from a change set that failed as a whole until one is answered.</summary>
    public bool IsChangeRefused { get; private set; }

    /// <summary>Why the target is not available now; null while it is. Read by any thread.</summary>
    public string? Fault => _fault;

    public void Apply(
        ChangeSet set, Action<IReadOnlyList<ChangeResult>> answered, Action<TargetException> failed) =>
        Call(
            cancellation => _target.ApplyAsync([.. set.Changes.Select(planned => planned.Change)], cancellation),
            answered, failed, _calls.Token);

    public void Read(Action<InstalledFlows> answered, Action<TargetException> failed) =>
        Call(_target.ReadAsync, answered, failed, _readings.Token);

    public void ReadQuickly(
        IReadOnlySet<string> keys, Action<InstalledFlows> answered, Action<TargetException> failed) =>
        Call(cancellation => _target.ReadSomeAsync(keys, cancellation), answered, failed, _readings.Token);

    /// <summary>The target has answered as it should.</summary>
    public void Succeeded() => (_fault, IsChangeRefused, _retryDelay) = (null, false, default);

    /// <summary>It has not; gives true where the reason is another than before.</summary>
    public bool Failed(string reason, TimeSpan now)
    {
        _retryDelay = _retryDelay == default ? s_firstRetry
            : _retryDelay * 2 < s_longestRetry ? _retryDelay * 2 : s_longestRetry;
        RetryAt = now + _retryDelay;
        var isNews = _fault != reason;
        _fault = reason;
        return isNews;
    }

    public void ChangesFailed() => IsChangeRefused = true;

    public void RetryAtOnce() => RetryAt = TimeSpan.Zero;

    /// <summary>Gives up a reading that is under way, and every later one; a change set goes on.</summary>
    public void CancelReadings() => _readings.Cancel();

    public void Cancel() => _calls.Cancel();

    public void Dispose()
    {
        _readings.Dispose();
        _calls.Dispose();
    }

    // A fault that nobody foresaw is thrown on the loop, and so ends the process: it must not stop the loop's work in
    // silence.
    private void Call<T>(
        Func<CancellationToken, Task<T>> call, Action<T> answered, Action<TargetException> failed,
        CancellationToken cancellation)
    {
        IsBusy = true;
        if (CallsAtOnce) _ = CallAsync();
        else _ = Task.Run(CallAsync, CancellationToken.None);

        async Task CallAsync() => Post(await OutcomeAsync(call, answered, failed, cancellation));
    }

    private static async Task<Action> OutcomeAsync<T>(
        Func<CancellationToken, Task<T>> call, Action<T> answered, Action<TargetException> failed,
        CancellationToken cancellation)
    {
        try
        {
            var answer = await call(cancellation);
            return () => answered(answer);
        }
        catch (TargetException e)
        {
            return () => failed(e);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return () => { };
        }
        catch (Exception e)
        {
            return () => throw new InvalidOperationException("the flow target failed", e);
        }
    }

    private void Post(Action outcome) => _post(() =>
    {
        IsBusy = false;
        outcome();
    });
}
