using System.Globalization;
using Assist.Control;

namespace Assist.Http;

/// <summary>Which flows are asked for, in which order, and how many of them.</summary>
internal sealed record FlowQuery
{
    public const int MostAtOnce = 1000;

    private const int Usual = 100;

    private static readonly Dictionary<string, Func<FlowStatus, IComparable?>> s_orders = new(StringComparer.Ordinal)
    {
        ["name"] = flow => flow.Name,
        ["action"] = flow => flow.Action,
        ["state"] = flow => flow.State,
        ["rule"] = flow => flow.Rule,
        ["source"] = flow => flow.Match?.Source,
        ["destination"] = flow => flow.Match?.Destination,
        ["packets"] = flow => flow.Packets,
        ["rate"] = flow => flow.PacketsPerMinute,
        ["age"] = flow => flow.BegunAgoS,
        ["left"] = flow => flow.ExpiresInS,
        ["ended"] = flow => flow.EndedAgoS,
    };

    private string? Search { get; init; }
    private string? Action { get; init; }
    private string? State { get; init; }
    private string? Rule { get; init; }
    private string? Sort { get; init; }
    private bool IsDescending { get; init; }
    private int Offset { get; init; }
    private int Limit { get; init; }

    /// <summary>True for those that have left the table.</summary>
    public bool Ended { get; private init; }

    public static IEnumerable<string> Orders => s_orders.Keys;

    /// <summary>What a request asks for, or what is wrong with it.</summary>
    public static (FlowQuery? Query, string? Fault) Of(WebCall call)
    {
        var sort = call.Query("sort");
        var isDescending = sort?.StartsWith('-') == true;
        var query = new FlowQuery
        {
            Search = NotEmpty(call.Query("search")),
            Action = NotEmpty(call.Query("action")),
            State = NotEmpty(call.Query("state")),
            Rule = NotEmpty(call.Query("rule")),
            Sort = isDescending ? sort![1..] : sort,
            IsDescending = isDescending,
            Offset = Number(call.Query("offset"), 0, int.MaxValue),
            Limit = Number(call.Query("limit"), Usual, MostAtOnce),
            Ended = call.Query("ended") == "true",
        };
        if (query.Sort is not null && !s_orders.ContainsKey(query.Sort))
            return (null, $"sort is one of {string.Join(", ", Orders)}, with - before it for the largest first");
        return query.Offset < 0 ? (null, "offset is a number from 0 on")
            : query.Limit < 0 ? (null, $"limit is a number from 0 to {MostAtOnce}")
            : (query, null);
    }

    public FlowPage Page(ControlResponse answer)
    {
        var all = (Ended ? answer.Ended : answer.Flows) ?? [];
        var search = Search is null ? null : new FlowSearch(Search);
        List<FlowStatus> meant = [.. all.Where(flow => Includes(flow, search))];
        return new FlowPage(meant.Count, Offset, [.. Sorted(meant).Skip(Offset).Take(Limit)])
        {
            Problem = answer.Problem,
        };
    }

    private IEnumerable<FlowStatus> Sorted(List<FlowStatus> flows)
    {
        if (Sort is null) return flows;
        var key = s_orders[Sort];
        // What has no value comes last in both directions.
        var known = flows.OrderBy(flow => key(flow) is null);
        return IsDescending ? known.ThenByDescending(key) : known.ThenBy(key);
    }

    private bool Includes(FlowStatus flow, FlowSearch? search) =>
        (Action is null || flow.Action == Action) && (State is null || flow.State == State)
        && (Rule is null || flow.Rule == Rule) && search?.Finds(flow) != false;

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    // -1 where it is none.
    private static int Number(string? text, int usual, int most) => text is null ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number : -1;
}
