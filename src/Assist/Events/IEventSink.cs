namespace Assist.Events;

/// <summary>Where facts go: a syslog receiver, a webhook, a file. Used by one task at a time.</summary>
internal interface IEventSink : IDisposable
{
    /// <summary>In metrics: <c>syslog</c>, <c>webhook</c> or <c>file</c>.</summary>
    string Name { get; }

    /// <summary>For people, without anything that is a secret.</summary>
    string Target { get; }

    /// <exception cref="EventSinkException">It was not taken.</exception>
    Task SendAsync(EventFact fact, CancellationToken cancellation);
}

/// <summary>A fact was not taken.</summary>
/// <param name="isFinal">Sending it again would change nothing.</param>
internal sealed class EventSinkException(string message, bool isFinal = false, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsFinal => isFinal;
}
