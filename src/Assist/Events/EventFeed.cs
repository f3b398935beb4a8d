using System.Text;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Logging;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Events;

/// <summary>Reads what happens and hands it to each way out. Looks a few times a second, on a task of its own: neither
/// the loop of the flow table nor a receiving thread knows that there is one.</summary>
/// <param name="now">Monotonic, on the clock of the events.</param>
internal sealed class EventFeed(
    FlowEvents events, Counters counters, IReadOnlyList<EventOutlet> outlets, Func<TimeSpan> now, TimeProvider time)
    : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private const int Batch = 512;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private static readonly Outcome[] s_refusals =
    [
        Outcome.Malformed, Outcome.Stale, Outcome.RefusedSender, Outcome.Protected, Outcome.NoInterface,
        Outcome.OverLimit,
    ];

    private long _cursor = events.Next;

    // Of the messages that were refused: those that were there at the last look, and how many were told or counted as
    // left out until then.
    private HashSet<RefusedMessage> _known = new(ReferenceEqualityComparer.Instance);
    private long _refusedTold;

    /// <summary>Null where nobody is to be told.</summary>
    public static EventFeed? Of(
        AssistConfig config, FlowEvents events, Counters counters, Func<TimeSpan> now, TimeProvider time,
        ILogger<EventOutlet> log)
    {
        if (config.Outward.Events is not { } options) return null;
        var outlets = new List<EventOutlet>();
        if (options.Syslog is { } syslog)
            outlets.Add(new EventOutlet(new SyslogSink(syslog, time), syslog.Choice, time, log));
        if (options.Webhook is { } webhook)
            outlets.Add(new EventOutlet(new WebhookSink(webhook, time), webhook.Choice, time, log));
        if (options.File is { } file) outlets.Add(new EventOutlet(new FileSink(file), file.Choice, time, log));
        return new EventFeed(events, counters, outlets, now, time) { IsDryRun = config.Eapi.IsReadOnly };
    }

    /// <summary>Marks every fact: nothing of it has reached the switch.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>For status and metrics.</summary>
    public IReadOnlyList<EventSinkStatus> Status => [.. outlets.Select(outlet => outlet.Status)];

    public void Dispose()
    {
        foreach (var outlet in outlets) outlet.Dispose();
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll([FeedAsync(stopping), .. outlets.Select(outlet => outlet.RunAsync(stopping))]);

    /// <summary>Sends what is left, for a second at most. Not beside <see cref="RunAsync"/>.</summary>
    public async Task SendLastAsync()
    {
        Look();
        Offer(EventTopic.Daemon, utc => EventFacts.OfDaemon("stopped", utc, "assist has stopped"));
        using var limit = new CancellationTokenSource(s_lastWords, time);
        await Task.WhenAll(outlets.Select(outlet => outlet.SendLastAsync(limit.Token)));
    }

    private async Task FeedAsync(CancellationToken stopping)
    {
        Offer(EventTopic.Daemon, utc => EventFacts.OfDaemon(
            "started", utc, $"assist {StatusView.Version} has started"));
        while (true)
        {
            await Task.Delay(Interval, time, stopping);
            Look();
        }
    }

    private void Look()
    {
        while (Take() > 0)
        {
        }
        TakeRefused();
        foreach (var outlet in outlets) outlet.TellLeftOut(time.GetUtcNow().UtcDateTime);
    }

    private int Take()
    {
        var facts = events.Read(ref _cursor, Batch, out var overwritten);
        var (utc, at) = (time.GetUtcNow().UtcDateTime, now());
        if (overwritten > 0)
            foreach (var outlet in outlets) outlet.LeaveOut(overwritten);
        foreach (var fact in facts)
            if (EventFacts.TopicOf(fact) is { } topic)
                Offer(topic, _ => EventFacts.Of(topic, fact, utc - (at - fact.At)));
        return facts.Count;
    }

    // The daemon keeps a few of each second; the others are counted.
    private void TakeRefused()
    {
        if (!outlets.Any(outlet => outlet.Wants(EventTopic.Refuse))) return;
        var all = s_refusals.Sum(counters.Total);
        var (utc, clock) = (time.GetUtcNow().UtcDateTime, time.GetElapsedTime(0));
        var last = counters.LastRefused.Last(int.MaxValue);
        var told = 0;
        foreach (var message in last.Reverse().Where(message => !_known.Contains(message)))
        {
            told++;
            Offer(EventTopic.Refuse, _ => EventFacts.Refused(
                message, utc - (clock - message.At), Printable.Of(Encoding.UTF8.GetString(message.Line.Span))));
        }
        var untold = all - _refusedTold - told;
        if (untold > 0)
            foreach (var outlet in outlets) outlet.LeaveOut(EventTopic.Refuse, untold);
        _refusedTold += told + Math.Max(0, untold);
        _known = new HashSet<RefusedMessage>(last, ReferenceEqualityComparer.Instance);
    }

    private EventFact Marked(EventFact fact) => !IsDryRun ? fact
        : fact with { Status = fact.Status with { DryRun = true }, Text = $"dry run: {fact.Text}" };

    private void Offer(EventTopic topic, Func<DateTime, EventFact> make)
    {
        EventFact? fact = null;
        var clock = time.GetElapsedTime(0);
        foreach (var outlet in outlets)
            if (outlet.Admits(topic, clock)) outlet.Add(fact ??= Marked(make(time.GetUtcNow().UtcDateTime)));
    }
}
