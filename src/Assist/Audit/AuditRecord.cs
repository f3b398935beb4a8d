using System.Text.Json;
using System.Text.Json.Serialization;
using Assist.Control;
using Assist.Telemetry;

namespace Assist.Audit;

/// <summary>How far a record, and those before it, are to be believed.</summary>
internal abstract record AuditReserve
{
    /// <summary>True where nothing of it has reached the switch.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Records before this one that could not be written, or were not heard of in time.</summary>
    public long? Lost { get; init; }
}

/// <summary>One change of the flow table, or one order, as it stands in the file. What a record has no use for is
/// left out.</summary>
internal sealed record AuditRecord : AuditReserve
{
    private const int LongestText = 500;

    /// <summary>From 1, over all files and restarts.</summary>
    public long Number { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>What happened: the kinds of <see cref="FlowEventKind"/>, <c>started</c> or <c>stopped</c>.</summary>
    public required string Event { get; init; }

    public string? Flow { get; init; }
    public string? Action { get; init; }
    public MatchStatus? Match { get; init; }

    /// <summary>Of the configuration.</summary>
    public string? Rule { get; init; }

    /// <summary>Why a flow ended, in what words the switch refused it, or why an order failed.</summary>
    public string? Reason { get; init; }
    public MessageOrigin? Message { get; init; }

    /// <summary>An order as it would be typed.</summary>
    public string? Command { get; init; }
    public string? User { get; init; }
    public string? Login { get; init; }

    /// <summary>The operator's own reason.</summary>
    public string? Words { get; init; }

    /// <summary>Hash of the record before; zeros for the first.</summary>
    public string Previous { get; init; } = "";

    public static AuditRecord Of(FlowEvent fact, DateTime time) => new()
    {
        Time = time,
        Event = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{fact.Kind}"),
        Flow = Text(fact.Flow),
        Action = fact.Identity is { } flow ? JsonNamingPolicy.SnakeCaseLower.ConvertName($"{flow.Action}") : null,
        Match = fact.Identity is { } matching ? MatchStatus.Of(matching.Match) : null,
        Rule = Text(fact.Rule),
        Reason = Text(fact.Reason),
        // Once, where the flow is asked for: the rest of its life refers to it by its name.
        Message = fact.Kind == FlowEventKind.Requested && fact.Origin is { } origin ? MessageOrigin.Of(origin) : null,
        Command = fact.Order?.Command,
        User = fact.Order?.User,
        Login = fact.Order?.Login,
        Words = fact.Order?.Words,
    };

    // A switch may say much.
    private static string? Text(string text) =>
        text.Length == 0 ? null : text.Length > LongestText ? text[..LongestText] : text;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJson : JsonSerializerContext;
