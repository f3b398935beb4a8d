using Assist.Control;

namespace Assist.LiveView;

/// <summary>What `monitor` shows, and what its keys do. Knows no terminal.</summary>
internal sealed class MonitorScreen(bool isUnicode)
{
    private const int LeastRows = 3;

    private static readonly string[] s_help =
    [
        "up, down, j, k      choose a flow; also page up, page down, home, end",
        "enter, d            why the chosen flow is there: message, rule, commands, answer",
        "esc                 back; in the list: forget the search",
        "/                   search: a part of a name, rule, address or port, or a prefix",
        "s, S                sort by the next column, by the one before",
        "r                   the other way round",
        "a                   drops only, bypasses only, redirects only, all",
        "e                   the flows that ended of late, or those that are there",
        "space               stop, and go on",
        "?                   this help",
        "q, Ctrl-C           quit",
        "",
        "First column:  + programmed   ? sent   . waits   ! refused by the switch",
        "P/min is packets a minute; Left is the time until a flow ends unless its log repeats.",
    ];

    private readonly FlowList _list = new();
    private readonly Rates _rates = new();
    private MonitorReading? _reading;
    private View _view;
    private FlowStatus? _flow;
    private FlowReport? _report;
    private int _scrolled;

    private enum View { List, Search, Detail, Help }

    public bool HasQuit { get; private set; }

    /// <summary>The flow of which more is to be read; null where there is none.</summary>
    public string? Wanted => _view == View.Detail ? _flow?.Name : null;

    /// <summary>True while nothing new is to be shown.</summary>
    public bool IsStopped { get; private set; }

    public void Take(MonitorReading reading)
    {
        if (reading.Status is { } status) _rates.Take(status, reading.At);
        if (IsStopped) return;
        // What was read before is better than nothing, if it is told how old it is.
        _reading = reading.Flows is null && _reading is { } old
            ? old with { Fault = $"{reading.Fault}; this is of {old.Time.ToLocalTime():HH:mm:ss}" } : reading;
        if (reading.Flows is { } flows) _list.Take(flows);
        if (_flow is null || reading.Name != _flow.Name) return;
        _report = reading.Flow;
        _flow = reading.Flow?.Cause?.Flow ?? _flow;
    }

    public void Press(KeyPress key)
    {
        if (_view == View.Search) Type(key);
        else if (key is { Key: Key.Letter, Letter: "q" }) HasQuit = true;
        else if (_view == View.List) Command(key);
        else Read(key);
    }

    /// <summary>Just so many lines, each of just that width.</summary>
    public IReadOnlyList<Line> Lines(int width, int height)
    {
        List<Line> lines = _reading is null ? [Line.Of("assist ", Look.Strong).Add("asks ...")]
            : [.. new Header(_reading, _rates, width, isUnicode).Lines(problems: height < 30 ? 2 : 5)];
        var rows = Math.Max(LeastRows, height - lines.Count - 2);
        lines.Add(Line.Of(Heading(), Look.Strong));
        lines.AddRange(Body(width, rows).Take(rows));
        while (lines.Count < height - 1) lines.Add(Line.Of(""));
        lines = [.. lines.Take(height - 1)];
        lines.Add(Foot());
        return [.. lines.Select(line => line.In(width))];
    }

    private string Heading() => _view switch
    {
        View.Help => "Keys",
        View.Detail => "One flow",
        _ => _list.Title() + (IsStopped ? "  STOPPED: space goes on" : ""),
    };

    private IEnumerable<Line> Body(int width, int rows)
    {
        if (_view == View.Help) return s_help.Select(text => Line.Of(text));
        if (_view == View.Detail && _flow is not null)
        {
            var lines = new FlowDetail(_flow, _report, width).Lines();
            _scrolled = Math.Clamp(_scrolled, 0, Math.Max(0, lines.Count - rows));
            return lines.Skip(_scrolled);
        }
        var window = _list.Window(rows - 1);
        var columns = new FlowColumns(width, window);
        return [columns.Titles(_list.Order), .. window.Select(
            flow => columns.Row(flow, isChosen: ReferenceEquals(flow, _list.Chosen)))];
    }

    private Line Foot() => _view switch
    {
        View.Search => Line.Of($"Search: {_list.Search}_", Look.Strong)
            .Add("  enter keeps it, esc forgets it", Look.Faint),
        View.List => Line.Of("q quit  ? help  enter why  / search  s sort  r reverse  a action  e ended", Look.Faint),
        View.Detail => Line.Of("esc back  up, down scroll  q quit", Look.Faint),
        _ => Line.Of("esc back  q quit", Look.Faint),
    };

    private void Command(KeyPress key)
    {
        switch (key)
        {
            case { Key: Key.Up } or { Letter: "k" }: _list.Move(-1); break;
            case { Key: Key.Down } or { Letter: "j" }: _list.Move(1); break;
            case { Key: Key.PageUp }: _list.Move(-10); break;
            case { Key: Key.PageDown }: _list.Move(10); break;
            case { Key: Key.Home }: _list.Move(-_list.Total); break;
            case { Key: Key.End }: _list.Move(_list.Total); break;
            case { Key: Key.Enter } or { Letter: "d" }: Open(); break;
            case { Key: Key.Escape }: _list.SearchFor(""); break;
            case { Letter: "/" }: _view = View.Search; break;
            case { Letter: "s" }: _list.NextOrder(1); break;
            case { Letter: "S" }: _list.NextOrder(-1); break;
            case { Letter: "r" }: _list.Reverse(); break;
            case { Letter: "a" }: _list.NextAction(); break;
            case { Letter: "e" }: _list.ToggleEnded(); break;
            case { Letter: " " }: IsStopped = !IsStopped; break;
            case { Letter: "?" }: _view = View.Help; break;
        }
    }

    private void Open()
    {
        if (_list.Chosen is not { } chosen) return;
        (_view, _flow, _report, _scrolled) = (View.Detail, chosen, null, 0);
    }

    private void Type(KeyPress key)
    {
        switch (key.Key)
        {
            case Key.Enter: _view = View.List; break;
            case Key.Backspace when _list.Search.Length > 0: _list.SearchFor(_list.Search[..^1]); break;
            case Key.Letter: _list.SearchFor(_list.Search + key.Letter); break;
            case Key.Escape:
                _list.SearchFor("");
                _view = View.List;
                break;
        }
    }

    // Of what is read and left again.
    private void Read(KeyPress key)
    {
        switch (key)
        {
            case { Key: Key.Up } or { Letter: "k" }: _scrolled--; break;
            case { Key: Key.Down } or { Letter: "j" }: _scrolled++; break;
            case { Key: Key.PageUp }: _scrolled -= 10; break;
            case { Key: Key.PageDown }: _scrolled += 10; break;
            case { Key: Key.Escape or Key.Enter or Key.Backspace } or { Letter: "d" or "?" }: _view = View.List; break;
        }
        _scrolled = Math.Max(0, _scrolled);
    }
}
