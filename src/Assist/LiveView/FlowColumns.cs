using Assist.Control;
using Spectre.Console;

namespace Assist.LiveView;

/// <summary>One column of the list of flows.</summary>
/// <param name="Least">Columns of the terminal that it takes at least, and at most.</param>
/// <param name="From">It is shown from this width of the terminal on.</param>
internal sealed record FlowColumn(string Title, int Least, int Most, int From, Func<FlowStatus, string> Text)
{
    public bool IsNumber { get; init; }

    /// <summary>What the list is sorted by; null where it cannot be.</summary>
    public Func<FlowStatus, IComparable?>? Key { get; init; }
}

/// <summary>The columns that there is room for, with their widths.</summary>
internal sealed class FlowColumns
{
    private const int MarkWidth = 2;

    /// <summary>From left to right. At 80 columns the first of each address, and enough of both rules to tell them
    /// apart.</summary>
    public static readonly IReadOnlyList<FlowColumn> All =
    [
        new("Action", 6, 8, 0, flow => flow.Action) { Key = flow => flow.Action },
        new("Source", 15, 47, 0, flow => End(flow.Match?.Source, flow.Match?.SourcePort, flow))
        {
            Key = flow => flow.Match?.Source,
        },
        new("Destination", 17, 47, 0, flow => End(flow.Match?.Destination, flow.Match?.DestinationPort, flow))
        {
            Key = flow => flow.Match?.Destination,
        },
        new("Proto", 5, 5, 110, flow => flow.Match?.Protocol ?? "any"),
        new("Firewall rule", 8, 32, 0, flow => flow.Origin?.FirewallRule ?? "-")
        {
            Key = flow => flow.Origin?.FirewallRule,
        },
        new("Our rule", 8, 24, 0, flow => flow.Rule ?? "-") { Key = flow => flow.Rule },
        new("Application", 8, 16, 150, flow => flow.Origin?.Application ?? "-")
        {
            Key = flow => flow.Origin?.Application,
        },
        new("State", 10, 10, 130, flow => flow.State) { Key = flow => flow.State },
        new("Age", 4, 4, 78, flow => Amounts.Time(flow.BegunAgoS))
        {
            IsNumber = true,
            Key = flow => flow.BegunAgoS,
        },
        new("Left", 4, 4, 0, flow => Amounts.Time(flow.EndedAgoS is null ? flow.ExpiresInS : null))
        {
            IsNumber = true,
            Key = flow => flow.ExpiresInS,
        },
        new("Pkts", 5, 5, 0, flow => Amounts.Count(flow.Packets)) { IsNumber = true, Key = flow => flow.Packets },
        new("Bytes", 5, 5, 120, flow => Amounts.Count(flow.Bytes)) { IsNumber = true, Key = flow => flow.Bytes },
        new("P/min", 5, 5, 90, flow => Amounts.Rate(flow.PacketsPerMinute))
        {
            IsNumber = true,
            Key = flow => flow.PacketsPerMinute,
        },
    ];

    private readonly List<FlowColumn> _shown;
    private readonly int[] _widths;

    /// <param name="flows">Those that are shown: a column gets no more than they need.</param>
    public FlowColumns(int width, IReadOnlyCollection<FlowStatus> flows)
    {
        _shown = [.. All.Where(column => width >= column.From)];
        _widths = [.. _shown.Select(column => column.Least)];
        int[] wanted = [.. _shown.Select(column => Math.Clamp(Wanted(column, flows), column.Least, column.Most))];
        var left = width - MarkWidth - _widths.Sum() - (_shown.Count - 1);
        for (var hasGrown = true; hasGrown && left > 0;)
        {
            hasGrown = false;
            for (var i = 0; i < _widths.Length && left > 0; i++)
            {
                if (_widths[i] >= wanted[i]) continue;
                _widths[i]++;
                left--;
                hasGrown = true;
            }
        }
    }

    /// <param name="sorted">The column by which the list is sorted; null where it is by none.</param>
    public Line Titles(FlowColumn? sorted)
    {
        var line = Line.Of(new string(' ', MarkWidth));
        for (var i = 0; i < _shown.Count; i++)
        {
            var (column, width) = (_shown[i], _widths[i]);
            // Short titles have no room for a mark; the line above names the column.
            line.Add(Cells.Fit(column.Title, width, column.IsNumber),
                ReferenceEquals(column, sorted) ? Look.Titles : Look.Strong);
            if (i < _shown.Count - 1) line.Add(" ");
        }
        return line;
    }

    public Line Row(FlowStatus flow, bool isChosen)
    {
        var all = isChosen ? Look.Chosen : (Style?)null;
        var line = Line.Of(Look.MarkOf(flow.State), all ?? Look.OfState(flow.State)).Add(isChosen ? ">" : " ", all);
        for (var i = 0; i < _shown.Count; i++)
        {
            var column = _shown[i];
            var style = all ?? (i == 0 ? Look.OfAction(flow.Action) : Look.OfState(flow.State));
            line.Add(Cells.Fit(column.Text(flow), _widths[i], column.IsNumber), style);
            if (i < _shown.Count - 1) line.Add(" ", all);
        }
        return line;
    }

    private static int Wanted(FlowColumn column, IReadOnlyCollection<FlowStatus> flows) =>
        flows.Select(flow => Cells.WidthOf(column.Text(flow))).Append(column.Title.Length).Max();

    // Static flows have no match that is told, but names.
    private static string End(string? address, int? port, FlowStatus flow) =>
        flow.Match is null ? flow.Name
        : port is null ? address ?? "any"
        : address is null ? $"any:{port}"
        : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
}
