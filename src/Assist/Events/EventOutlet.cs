using System.Threading.Channels;
using Assist.Configuration;
using Assist.Control;
using Microsoft.Extensions.Logging;

namespace Assist.Events;

/// <summary>The way to one receiver: which facts it gets, a bounded queue, and a task that sends them and waits longer
/// after each failure. A receiver that is slow or away costs facts and holds nobody up; those are counted, and it is
/// told how many it has missed.</summary>
internal sealed partial class EventOutlet(IEventSink sink, EventChoice choice, TimeProvider time, ILogger log)
    : IDisposable
{
    /// <summary>Facts that wait: at 20 a second an outage of almost a minute.</summary>
    public const int Capacity = 1024;

    // Places that facts about single flows and messages leave to what is about the whole.
    private const int Reserved = 128;

    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);

    private readonly Channel<EventFact> _waiting = Channel.CreateBounded<EventFact>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
    private readonly EventPace _pace = new(choice.PerSecond);

    // Touched only by the feed.
    private long _untold;

    // Touched only by the task that sends.
    private EventFact? _current;

    private long _sent;
    private long _failed;
    private long _refused;
    private long _leftOut;
    private volatile string? _fault;

    public EventSinkStatus Status => new(
        sink.Name, sink.Target, Interlocked.Read(ref _sent), Interlocked.Read(ref _failed),
        Interlocked.Read(ref _refused), Interlocked.Read(ref _leftOut), _waiting.Reader.Count, _fault);

    public void Dispose() => sink.Dispose();

    /// <summary>True where it has chosen them.</summary>
    public bool Wants(EventTopic topic) => choice.On.Contains(topic);

    /// <summary>True where it gets this fact now; the caller then adds it. Else it is counted, if it was chosen. For
    /// the feed alone, as the next three.</summary>
    /// <param name="now">Monotonic.</param>
    public bool Admits(EventTopic topic, TimeSpan now)
    {
        if (!Wants(topic)) return false;
        var isOfMany = topic is EventTopic.Add or EventTopic.Remove or EventTopic.Refuse or EventTopic.Reject;
        if (_waiting.Reader.Count < (isOfMany ? Capacity - Reserved : Capacity) && (!isOfMany || _pace.Admits(now)))
            return true;
        LeaveOut(1);
        return false;
    }

    public void Add(EventFact fact)
    {
        if (!_waiting.Writer.TryWrite(fact)) LeaveOut(1);
    }

    /// <summary>Counts facts that it would have got if it has chosen them.</summary>
    public void LeaveOut(EventTopic topic, long facts)
    {
        if (Wants(topic)) LeaveOut(facts);
    }

    public void LeaveOut(long facts)
    {
        _untold += facts;
        Interlocked.Add(ref _leftOut, facts);
    }

    /// <summary>Tells how many were left out, once there is room for it.</summary>
    /// <param name="utc">Of now.</param>
    public void TellLeftOut(DateTime utc)
    {
        if (_untold > 0 && _waiting.Writer.TryWrite(EventFacts.LeftOut(_untold, utc))) _untold = 0;
    }

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // A file is written beside the start, which must not wait for a disk.
        await Task.Yield();
        while (await _waiting.Reader.WaitToReadAsync(stopping))
            while (_waiting.Reader.TryRead(out _current))
                await DeliverAsync(_current, stopping);
    }

    /// <summary>Sends what waits, each once. Not beside <see cref="RunAsync"/>.</summary>
    public async Task SendLastAsync(CancellationToken cancellation)
    {
        try
        {
            if (_current is { } unsent) await TrySendAsync(unsent, cancellation);
            while (_waiting.Reader.TryRead(out var fact)) await TrySendAsync(fact, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The stop does not wait for a receiver.
        }
    }

    private async Task DeliverAsync(EventFact fact, CancellationToken stopping)
    {
        for (var wait = s_firstWait; !await TrySendAsync(fact, stopping); wait = Shorter(wait * 2, s_longestWait))
            await Task.Delay(wait, time, stopping);
        _current = null;
    }

    // False where it is to be tried again.
    private async Task<bool> TrySendAsync(EventFact fact, CancellationToken cancellation)
    {
        try
        {
            await sink.SendAsync(fact, cancellation);
            Interlocked.Increment(ref _sent);
            if (_fault is not null) TakenAgain(log, sink.Name, sink.Target);
            _fault = null;
            return true;
        }
        catch (EventSinkException e)
        {
            Interlocked.Increment(ref e.IsFinal ? ref _refused : ref _failed);
            if (_fault is null) NotTaken(log, sink.Name, sink.Target, e.Message);
            _fault = e.Message;
            return e.IsFinal;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(EventId = 730, Level = LogLevel.Warning, Message =
        "events do not reach the {Sink} receiver {Target}: {Reason}; trying again, flows are installed all the same")]
    private static partial void NotTaken(ILogger log, string sink, string target, string reason);

    [LoggerMessage(EventId = 731, Level = LogLevel.Information, Message =
        "events reach the {Sink} receiver {Target} again")]
    private static partial void TakenAgain(ILogger log, string sink, string target);
}
