using System.Globalization;

namespace Assist.Control;

/// <summary>What `top` is asked for.</summary>
internal sealed record TopQuestion
{
    /// <summary>Rows of a list at most.</summary>
    public const int Most = 50;

    public const string Hour = "hour";

    /// <summary>Spans, with their lengths in seconds.</summary>
    public static readonly IReadOnlyDictionary<string, int> Spans = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["minute"] = 60,
        [Hour] = 3600,
        ["day"] = 86_400,
    };

    public static readonly IReadOnlyList<string> Figures = ["drops", "bypasses", "packets", "bytes"];

    public string Over { get; init; } = Hour;

    /// <summary>The figure of which the largest comes first.</summary>
    public string By { get; init; } = Figures[0];
    public int Last { get; init; } = 10;

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public string? Fault() => !Spans.ContainsKey(Over) ? $"over is one of {string.Join(", ", Spans.Keys)}"
        : !Figures.Contains(By) ? $"by is one of {string.Join(", ", Figures)}"
        : Last is < 1 or > Most ? $"last is a number from 1 to {Most.ToString(CultureInfo.InvariantCulture)}"
        : null;
}

/// <summary>What `assist top` prints: who has most of what, over a span that ends now.</summary>
/// <param name="Since">UTC; its beginning, or the start of the daemon.</param>
internal sealed record TopReport(string Over, string By, DateTimeOffset Since)
{
    /// <summary>Facts that came faster than they were counted.</summary>
    public required long Missed { get; init; }
    public required TopList Rules { get; init; }
    public required TopList Sources { get; init; }
    public required TopList Destinations { get; init; }

    /// <summary>As the firewall names them.</summary>
    public required TopList Applications { get; init; }

    /// <summary>Of logs.</summary>
    public required TopList Senders { get; init; }

    /// <summary>By their names, in the order in which they are shown.</summary>
    public IEnumerable<(string Name, TopList List)> Lists() =>
    [
        ("rules", Rules), ("sources", Sources), ("destinations", Destinations), ("applications", Applications),
        ("senders", Senders),
    ];
}

/// <summary>One list.</summary>
/// <param name="Error">How far the figures of the rows may be off at most, because rare names share places.</param>
internal sealed record TopList(IReadOnlyList<TopRow> Rows, TopFigures Error);

/// <summary>Flows that were asked for, and what the switch has counted in flows.</summary>
internal sealed record TopFigures(long Drops, long Bypasses, long Packets, long Bytes);

/// <summary>One name with its figures.</summary>
/// <param name="Name">Of a rule or an application, or an address; of an application text of a log.</param>
internal sealed record TopRow(string Name, long Drops, long Bypasses, long Packets, long Bytes);
