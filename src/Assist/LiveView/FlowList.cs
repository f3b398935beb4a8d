using Assist.Control;

namespace Assist.LiveView;

/// <summary>The flows that are shown, in which order, and which of them is chosen.</summary>
internal sealed class FlowList
{
    private static readonly (string? Action, string Words)[] s_actions =
        [(null, ""), ("drop", ", drops only"), ("bypass", ", bypasses only"), ("redirect", ", redirects only")];
    private static readonly FlowColumn?[] s_orders = [null, .. FlowColumns.All.Where(column => column.Key is not null)];

    private ControlResponse? _read;
    private int _order;
    private bool _isReversed;
    private int _action;
    private string? _chosen;
    private int _top;

    /// <summary>Those that are meant, in their order.</summary>
    public IReadOnlyList<FlowStatus> Shown { get; private set; } = [];

    public int Total { get; private set; }

    public string Search { get; private set; } = "";

    public bool AreEnded { get; private set; }

    /// <summary>Null in the order in which the daemon tells them: drops first, then the most packets.</summary>
    public FlowColumn? Order => s_orders[_order];

    public FlowStatus? Chosen => Shown.Count == 0 ? null : Shown[Index];

    private int Index => Math.Max(0, Shown.ToList().FindIndex(flow => flow.Name == _chosen));

    public void Take(ControlResponse read)
    {
        _read = read;
        Arrange();
    }

    public void SearchFor(string text)
    {
        Search = text;
        Arrange();
    }

    public void NextAction()
    {
        _action = (_action + 1) % s_actions.Length;
        Arrange();
    }

    public void NextOrder(int step)
    {
        _order = (_order + step + s_orders.Length) % s_orders.Length;
        // The largest number first, the first word first.
        _isReversed = Order is { IsNumber: true };
        Arrange();
    }

    public void Reverse()
    {
        _isReversed = !_isReversed;
        Arrange();
    }

    public void ToggleEnded()
    {
        AreEnded = !AreEnded;
        Arrange();
    }

    public void Move(int rows) => _chosen = Shown.Count == 0 ? null
        : Shown[Math.Clamp(Index + rows, 0, Shown.Count - 1)].Name;

    /// <summary>The rows that there is room for; the chosen one is among them.</summary>
    public IReadOnlyList<FlowStatus> Window(int rows)
    {
        var index = Index;
        _top = Math.Clamp(_top, Math.Max(0, index - rows + 1), index);
        _top = Math.Min(_top, Math.Max(0, Shown.Count - rows));
        return [.. Shown.Skip(_top).Take(rows)];
    }

    /// <summary>For people: how many, by what, and what is left out.</summary>
    public string Title()
    {
        var words = AreEnded ? "ended of late" : "flows";
        var number = Shown.Count == Total ? $"{Total} {words}" : $"{Shown.Count} of {Total} {words}";
        var order = Order is { } column ? $", by {column.Title.ToLowerInvariant()}{(_isReversed ? " down" : " up")}"
            : _isReversed ? ", the last first" : "";
        return $"{number}{order}{s_actions[_action].Words}"
            + (Search.Length > 0 ? $", with \"{Search}\"" : "");
    }

    private void Arrange()
    {
        var all = (AreEnded ? _read?.Ended : _read?.Flows) ?? [];
        var search = Search.Length > 0 ? new FlowSearch(Search) : null;
        var meant = all.Where(flow => (s_actions[_action].Action is not { } action || flow.Action == action)
            && search?.Finds(flow) != false);
        (Total, Shown) = (all.Count, [.. Sorted(meant)]);
        // The same flow stays chosen while the others move.
        if (Shown.All(flow => flow.Name != _chosen)) _chosen = null;
    }

    private IEnumerable<FlowStatus> Sorted(IEnumerable<FlowStatus> flows)
    {
        if (Order?.Key is not { } key) return _isReversed ? flows.Reverse() : flows;
        // What has no value comes last in both directions.
        var known = flows.OrderBy(flow => key(flow) is null);
        return _isReversed ? known.ThenByDescending(key) : known.ThenBy(key);
    }
}
