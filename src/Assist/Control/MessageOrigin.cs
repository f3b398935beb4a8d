using System.Text;
using System.Text.Json;
using Assist.Flows;

namespace Assist.Control;

/// <summary>The message that asked for a flow.</summary>
internal sealed record MessageOrigin
{
    public string? Sender { get; init; }
    public string? Transport { get; init; }

    /// <summary>True where TLS has verified the sender's certificate.</summary>
    public bool? Verified { get; init; }
    public string? Format { get; init; }
    public string? FirewallRule { get; init; }
    public string? Application { get; init; }
    public string? SessionId { get; init; }
    public string? Serial { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Received { get; init; }

    /// <summary>Its beginning, as it came, to be shown escaped; bytes that are no text are replaced. Null for a flow of
    /// an earlier run.</summary>
    public string? Text { get; init; }

    public static MessageOrigin Of(Origin origin) => new()
    {
        Sender = origin.Sender.IsKnown ? $"{origin.Sender}" : null,
        Transport = origin.Transport is { } transport
            ? JsonNamingPolicy.SnakeCaseLower.ConvertName($"{transport}") : null,
        Verified = origin.IsVerified ? true : null,
        Format = NotEmpty(origin.Format),
        FirewallRule = NotEmpty(origin.FirewallRule),
        Application = NotEmpty(origin.Application),
        SessionId = NotEmpty(origin.SessionId),
        Serial = NotEmpty(origin.Serial),
        Received = origin.ReceivedAt,
        Text = NotEmpty(Encoding.UTF8.GetString(origin.Excerpt.Span)),
    };

    private static string? NotEmpty(string text) => text.Length == 0 ? null : text;
}
