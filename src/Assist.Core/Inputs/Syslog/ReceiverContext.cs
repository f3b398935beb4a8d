using System.Security.Cryptography.X509Certificates;
using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>What the threads of one receiver share; all of it is immutable, replaced as a whole or safe to
/// share.</summary>
internal sealed partial class ReceiverContext(
    SyslogOptions options,
    Func<Transport, MessageHandler> handlers,
    Counters counters,
    ILogger log,
    TimeProvider time,
    Action<Exception> failed)
{
    // Enough for a TLS handshake with a client's chain; connections are many, so not the default of 1.5 MB and more.
    private const int StackSize = 256 << 10;

    private volatile IpPrefix[] _senders = [.. options.Senders];
    private volatile SenderPins _pins = new(options.Pins);
    private bool _handlerFailed;

    public SyslogOptions Options => options;

    public Counters Counters => counters;

    public ILogger Log => log;

    /// <summary>Handshakes that may compute at once. Public-key work is what a client costs most before it has proved
    /// anything, so half of the processors stay with those that have.</summary>
    public SemaphoreSlim HandshakeTurns { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Monotonic.</summary>
    public TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>A handler for one thread. A message that makes it throw costs that message and not the listener: one
    /// datagram could end the daemon otherwise, and again after each restart.</summary>
    public MessageHandler NewHandler(Transport transport)
    {
        var handle = handlers(transport);
        return (message, in arrival) =>
        {
            try
            {
                return handle(message, in arrival);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                counters.Count(transport, Outcome.Malformed);
                counters.Senders.Of(arrival.Sender).Count(transport, Outcome.Malformed);
                if (Interlocked.Exchange(ref _handlerFailed, true) is false) HandlerFailed(log, e, message.Length);
                return MessageResult.Unparsed;
            }
        };
    }

    public void ReplaceSenders(IReadOnlyList<IpPrefix> senders, IReadOnlyList<SenderPin> pins)
    {
        (_senders, _pins) = ([.. senders], new SenderPins(pins));
        counters.Senders.Configure(senders);
    }

    /// <param name="showsCertificate">False for a transport on which nobody can show one.</param>
    public bool IsSender(IpAddr address, bool showsCertificate)
    {
        foreach (var prefix in _senders)
            if (prefix.Contains(address)) return showsCertificate || !_pins.NeedsCertificate(address);
        return false;
    }

    /// <summary>False where a sender is to have another certificate than it has shown.</summary>
    public bool HasCertificate(IpAddr sender, X509Certificate? certificate) =>
        _pins.HasCertificate(sender, certificate);

    /// <summary>Starts a loop whose unexpected end ends the receiver.</summary>
    public Thread StartLoop(string name, Action loop) => StartThread(name, () =>
    {
        try
        {
            loop();
        }
        catch (Exception e)
        {
            LoopDied(log, e, name);
            failed(e);
        }
    });

    public static Thread StartThread(string name, Action body)
    {
        var thread = new Thread(() => body(), StackSize) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message =
        "a message of {Length} bytes met a fault of this program and counts as malformed; "
        + "further ones are only counted")]
    private static partial void HandlerFailed(ILogger log, Exception e, int length);

    [LoggerMessage(EventId = 101, Level = LogLevel.Critical, Message = "{Loop} has stopped receiving")]
    private static partial void LoopDied(ILogger log, Exception e, string loop);
}
