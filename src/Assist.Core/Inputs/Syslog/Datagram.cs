namespace Assist.Inputs.Syslog;

/// <summary>One datagram is one message (RFC 5426 3.1) and is never split. Some relays put several lines into one, but
/// a log line carries text that a stranger chose, a URL or a user name: if a LF in it could begin another message, the
/// stranger could have any address blocked. The vendor formats read the first line and ignore what follows.</summary>
internal static class Datagram
{
    /// <summary>The message without delimiters and octet count, which senders add where they reuse their stream code.
    /// Empty: the datagram holds no message.</summary>
    public static ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> datagram)
    {
        // Nearly all of them.
        if (datagram.Span is [(byte)'<', .., > (byte)' ']) return datagram;
        var message = datagram.TrimEnd("\r\n\0"u8).TrimStart("\n\r\0 \t"u8);
        if (message.IsEmpty) return default;
        return OctetCount.Read(message.Span, out _, out var length) is OctetCountKind.Valid
            ? message[length..].TrimStart((byte)' ')
            : message;
    }
}
