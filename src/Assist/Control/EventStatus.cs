using System.Text.Json;
using Assist.Telemetry;

namespace Assist.Control;

/// <summary>The numbers of a fact, and how far it is to be believed.</summary>
internal abstract record EventFigures
{
    /// <summary>True where nothing of it has reached the switch; told to other systems only.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Flows or entries meant, where the fact is of several; of what was left out, how many facts.</summary>
    public long? Count { get; init; }

    /// <summary>Of the table, in entries.</summary>
    public int? Limit { get; init; }

    /// <summary>Of a flow that ended: what the switch had counted in it when it was read last.</summary>
    public long? Packets { get; init; }
    public long? Bytes { get; init; }

    /// <summary>From its first verdict to its end.</summary>
    public long? LastedS { get; init; }
}

/// <summary>One fact about the flow table, one order or one problem. What a fact has no use for is left out.</summary>
internal sealed record EventStatus : EventFigures
{
    /// <summary>UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>The kinds of <see cref="FlowEventKind"/>.</summary>
    public required string Event { get; init; }
    public string? Flow { get; init; }
    public string? Action { get; init; }
    public MatchStatus? Match { get; init; }
    public string? Rule { get; init; }
    public string? Reason { get; init; }


    /// <summary>Kind of a problem.</summary>
    public string? Problem { get; init; }
    public MessageOrigin? Message { get; init; }

    /// <summary>An order as it would be typed.</summary>
    public string? Command { get; init; }
    public string? User { get; init; }
    public string? Login { get; init; }

    /// <summary>The operator's own reason.</summary>
    public string? Words { get; init; }

    public static EventStatus Of(FlowEvent fact, DateTime time)
    {
        var (flow, order) = (fact.Identity, fact.Order);
        return new EventStatus
        {
            Time = time,
            Event = Kind(fact),
            Flow = NotEmpty(fact.Flow),
            Action = flow is { } known ? StatusView.Word(known.Action) : null,
            Match = flow is { } matching ? MatchStatus.Of(matching.Match) : null,
            Rule = NotEmpty(fact.Rule),
            Reason = NotEmpty(fact.Reason),
            Count = fact.Count > 0 ? fact.Count : null,
            Limit = fact.Limit > 0 ? fact.Limit : null,
            Packets = fact.Traffic?.Packets,
            Bytes = fact.Traffic?.Bytes,
            LastedS = (long?)fact.Lasted?.TotalSeconds,
            Problem = NotEmpty(fact.Problem),
            Message = fact is { Kind: FlowEventKind.Requested, Origin: { } origin } ? MessageOrigin.Of(origin) : null,
            Command = order?.Command,
            User = order?.User,
            Login = order?.Login,
            Words = order?.Words,
        };
    }

    public static string Kind(FlowEvent fact) => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{fact.Kind}");

    /// <summary>True for what sums others up that are told one by one too.</summary>
    public static bool IsSum(FlowEvent fact) => fact is
    {
        Count: > 0, IsDetail: false,
        Kind: FlowEventKind.Rejected or FlowEventKind.Repaired or FlowEventKind.Ended or FlowEventKind.Purged,
    };

    private static string? NotEmpty(string text) => text.Length == 0 ? null : text;
}
