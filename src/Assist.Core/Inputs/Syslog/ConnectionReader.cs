using System.Net.Security;
using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>Reads the messages of a connection whose peer is known, until its end. Made after the handshake, so that a
/// connection that never gets so far costs no buffer. Used by the connection's thread.</summary>
internal sealed partial class ConnectionReader(
    Connection connection, WireStream wire, SslStream? tls, ReceiverContext context)
{
    // No relay cuts so many logs in a row, and no other protocol gets far in so many lines.
    private const int MaxForeign = 100;

    private readonly FrameReader _reader = new();
    private readonly MessageHandler _handle = context.NewHandler(connection.Transport);
    private readonly Pace _pace = new();
    private readonly Stream _stream = tls ?? (Stream)wire;
    private long _frame;
    private int _foreign;

    public void Run()
    {
        int read;
        while ((read = Read()) > 0)
        {
            _reader.Advance(read);
            var now = context.Now;
            if (!TryDeliver(now, out var messages)) return;
            Watch(now);
            wire.MayRest = _pace.IsBusy(messages, now) && !connection.IsStopping;
        }
        End(inOrder: read == 0 && !connection.IsStopping && (tls is null || !wire.HasEnded));
    }

    // -1: broken, by the peer or by us.
    private int Read()
    {
        try
        {
            return _stream.Read(_reader.Free);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return -1;
        }
    }

    private bool TryDeliver(TimeSpan now, out int messages)
    {
        for (messages = 0; ; messages++)
        {
            var status = _reader.Read(out var message);
            if (status is FrameStatus.Incomplete) return true;
            if (status is FrameStatus.Fault)
            {
                if (connection.Refuse(SyslogRefusal.Framing)) FramingFailed(context.Log, connection.Peer);
                return false;
            }
            HandOver(status, message, now);
            if (_foreign == MaxForeign)
            {
                context.Counters.Refused(SyslogRefusal.Foreign);
                return false;
            }
        }
    }

    private void HandOver(FrameStatus status, ReadOnlyMemory<byte> message, TimeSpan now)
    {
        if (status is FrameStatus.Oversize && connection.Refuse(SyslogRefusal.Oversize))
            MessageTooLong(context.Log, connection.Peer, SyslogOptions.MaxMessageLength);
        context.Counters.Received(connection.Transport);
        var arrival = new Arrival(connection.Peer, connection.IsVerified, now);
        NoteKind(_handle(message, arrival) is MessageResult.Unparsed && !HasPri(message.Span));
    }

    // Another protocol, or a sender's framing that we do not see: a browser, a TLS client on the plain port. A relay of
    // many devices sends logs that are not the firewall's, but with a PRI; some firewalls send logs without.
    private void NoteKind(bool isForeign)
    {
        _foreign = isForeign ? _foreign + 1 : 0;
        if (_foreign == 1 && connection.MayLog(SyslogRefusal.Foreign))
            NotSyslog(context.Log, connection.Peer, MaxForeign);
    }

    private static bool HasPri(ReadOnlySpan<byte> message) =>
        message.Length > 1 && message[0] == '<' && char.IsAsciiDigit((char)message[1]);

    // A deadline belongs to one frame: many whole frames in a row never add up to a slow one.
    private void Watch(TimeSpan now)
    {
        connection.NoteRead(now);
        if (!_reader.InFrame) connection.SetDeadline(null);
        else if (_reader.Frames != _frame) connection.SetDeadline(now + context.Options.FrameTimeout);
        _frame = _reader.Frames;
    }

    private void End(bool inOrder)
    {
        if (connection.IsLate)
        {
            if (connection.Refuse(SyslogRefusal.FrameTimeout)) FrameTooSlow(context.Log, connection.Peer);
            return;
        }
        if (!inOrder)
        {
            if (_reader.InFrame) connection.Refuse(SyslogRefusal.CutFrame);
            return;
        }
        var status = _reader.End(out var message);
        if (status is FrameStatus.Cut) connection.Refuse(SyslogRefusal.CutFrame);
        else if (status is not FrameStatus.Incomplete) HandOver(status, message, context.Now);
    }

    [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message =
        "connection of {Peer} closed: an octet count that cannot be one")]
    private static partial void FramingFailed(ILogger log, IpAddr peer);

    [LoggerMessage(EventId = 133, Level = LogLevel.Warning, Message =
        "{Peer} sends messages of more than {Limit} bytes, the rest of them is skipped")]
    private static partial void MessageTooLong(ILogger log, IpAddr peer, int limit);

    [LoggerMessage(EventId = 135, Level = LogLevel.Warning, Message =
        "{Peer} sends what is neither syslog nor a log of the firewall; after {Limit} such messages in a row its "
        + "connection is closed")]
    private static partial void NotSyslog(ILogger log, IpAddr peer, int limit);

    [LoggerMessage(EventId = 134, Level = LogLevel.Warning, Message =
        "connection of {Peer} closed: a message was begun and not finished in time")]
    private static partial void FrameTooSlow(ILogger log, IpAddr peer);
}
