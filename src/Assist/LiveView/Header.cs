using Assist.Control;
using Spectre.Console;

namespace Assist.LiveView;

/// <summary>What is told above the flows: the switch, how full its table is, what comes, and what is wrong.</summary>
internal sealed class Header(MonitorReading reading, Rates rates, int width, bool isUnicode)
{
    private const int LeastBar = 10;
    private const int PictureFrom = 76;

    /// <param name="problems">Lines of what is wrong, at most.</param>
    public IReadOnlyList<Line> Lines(int problems)
    {
        List<Line> lines = [Title()];
        if (reading.Flows?.Table is { } table) lines.Add(Room(table));
        if (reading.Status is not null) lines.AddRange([Traffic(), Reaction(reading.Status)]);
        lines.AddRange(Wrong(problems));
        return lines;
    }

    private Line Title()
    {
        var line = Line.Of("assist ", Look.Strong);
        if (reading.Status is not { } status)
            return line.Add(reading.Fault is null ? reading.Place : $"{reading.Place}: no answer");
        var (device, dry) = (status.Switch, status.Table.DryRun == true);
        line.Add(status.IsHealthy ? " healthy " : $" {(status.Paused is null ? "DEGRADED" : "PAUSED")} ",
            status.IsHealthy ? Look.Good : Look.Bad);
        line.Add($" {(device.Hostname.Length > 0 ? device.Hostname : device.Endpoint)}", Look.Strong);
        if (device.Model.Length > 0 && width >= 100) line.Add($" {device.Model}");
        if (device.Version.Length > 0) line.Add($" EOS {device.Version}");
        line.Add($"  {status.Mode}");
        if (!device.Reachable) line.Add("  SWITCH DOES NOT ANSWER", Look.Bad);
        if (dry) line.Add("  DRY RUN", Look.Warning);
        var clock = $"{reading.Time.ToLocalTime():HH:mm:ss}";
        var gap = width - line.Width - clock.Length;
        return gap > 0 ? line.Add(new string(' ', gap)).Add(clock, Look.Faint) : line;
    }

    private Line Room(TableStatus table)
    {
        var used = table.Entries + table.OtherEntries;
        var share = table.Limit > 0 ? Math.Min(1, (double)used / table.Limit) : 0;
        var style = share >= 0.95 ? Look.Bad : share >= 0.8 ? Look.Warning : Look.Good;
        var bar = Math.Max(LeastBar, width / 8);
        var full = (int)Math.Ceiling(share * bar);
        return Line.Of("Table     ", Look.Strong)
            .Add($"[{new string('#', full)}{new string('.', bar - full)}]", style)
            .Add($" {used} of {table.Limit} entries, {share * 100:0} %;", style)
            .Add($" {table.DropsLeft} drops or {table.BypassesLeft} bypasses left");
    }

    private Line Traffic()
    {
        var line = Line.Of("A second  ", Look.Strong);
        var picture = width < PictureFrom ? 0 : Math.Clamp((width - 64) / 3, 4, Series.Kept / 2);
        Add("messages", rates.Messages, Style.Plain);
        Add("drops", rates.Drops, Look.OfAction("drop"));
        Add("refused", rates.Refused, Look.Warning);
        return line;

        void Add(string name, Series series, Style style)
        {
            line.Add($"{name} {Amounts.Rate(series.Last),5} ");
            if (picture > 0) line.Add(series.Picture(picture, isUnicode), style).Add("  ");
        }
    }

    private Line Reaction(StatusReport status)
    {
        var line = Line.Of("Reaction  ", Look.Strong).Add(Amounts.Milliseconds(rates.ReactionMs));
        if (status.Reaction.P99Ms is { } high) line.Add($", 99 % within {Amounts.Milliseconds(high)}");
        line.Add(";");
        foreach (var (action, states) in status.Table.Flows)
            line.Add($" {states.Values.Sum()} {action}", Look.OfAction(action));
        if (status.QueueLength > 0) line.Add($"  {status.QueueLength} wait", Look.Warning);
        return line;
    }

    private IEnumerable<Line> Wrong(int most)
    {
        var wrong = new List<string>();
        if (reading.Fault is { } fault) wrong.Add(fault);
        if (reading.Status is { } status) wrong.AddRange(status.Problems);
        else if (reading.Flows?.Problem is { } problem) wrong.Add($"this may be out of date: {problem}");
        var shown = wrong.Count > most ? most - 1 : wrong.Count;
        foreach (var text in wrong.Take(shown)) yield return Line.Of($"! {text}", Look.Bad);
        if (wrong.Count > shown)
            yield return Line.Of($"! {wrong.Count - shown} more, which `assist status` tells", Look.Bad);
    }
}
