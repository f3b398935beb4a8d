namespace Assist.Inputs.Formats;

/// <summary>The stamp a syslog header begins with, where the log itself has none.</summary>
internal static class HeaderTime
{
    /// <param name="body">The message behind its PRI.</param>
    public static Stamp? Read(ReadOnlySpan<byte> body)
    {
        if (HeaderShape.IsRfc5424(body)) body = body[(body.IndexOf((byte)' ') + 1)..];
        return LogTime.ReadStart(body, out _);
    }
}
