using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;

namespace Assist.Pipeline;

/// <summary>Keeps of a log what explains its verdict later. All of it is bounded: a firewall chooses how long its texts
/// are, and thousands of verdicts may wait at once.</summary>
internal static class LogOrigin
{
    /// <summary>Bytes of each text that are kept.</summary>
    public const int MaxText = 128;

    /// <param name="receivedAt">UTC.</param>
    public static Origin Of(
        ReadOnlyMemory<byte> message, SessionLog log, Transport transport, in Arrival arrival,
        DateTime receivedAt) => new()
        {
            Transport = transport,
            Sender = arrival.Sender,
            IsVerified = arrival.IsVerified,
            Format = log.Format,
            FirewallRule = Text(log, FieldRole.Rule),
            Application = Text(log, FieldRole.Application),
            SessionId = Text(log, FieldRole.SessionId),
            Serial = Text(log, FieldRole.Serial),
            ReceivedAt = receivedAt,
            Excerpt = message.Span[..Math.Min(message.Length, Origin.MaxExcerpt)].ToArray(),
        };

    private static string Text(SessionLog log, FieldRole role)
    {
        var bytes = log.Field(role);
        return Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxText)]);
    }
}
