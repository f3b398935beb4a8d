using System.Globalization;
using Assist.Commands;
using Assist.Control;

namespace Assist.Demo;

/// <summary>What the demo shows: on a terminal a screen that is drawn anew, elsewhere a line for each event.</summary>
internal sealed class DemoView(TextWriter output, bool isTerminal)
{
    private const string ToTopLeft = "\x1b[H";
    private const string ClearToEnd = "\x1b[J";
    private const string ClearLine = "\x1b[K";
    private const int FlowsShown = 6;
    private const int BarWidth = 30;
    private const int MostColumns = 110;

    private readonly List<string> _events = [];

    public void Say(string text)
    {
        _events.Add(text);
        if (!isTerminal) output.WriteLine(text);
    }

    public void Draw(StatusReport status, IReadOnlyList<FlowStatus> flows)
    {
        if (!isTerminal) return;
        using var screen = new StringWriter(CultureInfo.InvariantCulture);
        screen.WriteLine("assist demo: an emulated switch, the real daemon, logs over UDP, TCP and TLS");
        screen.WriteLine();
        foreach (var text in _events) screen.WriteLine(text);
        screen.WriteLine();
        WriteBars(screen, status.Outcomes);
        screen.WriteLine();
        var shown = new ControlResponse { Flows = [.. flows.Take(FlowsShown)], Table = status.Table };
        MonitorText.Write(screen, shown, Math.Min(MonitorText.TerminalWidth(), MostColumns));
        var lines = screen.ToString().Replace("\n", ClearLine + "\n", StringComparison.Ordinal);
        output.Write(ToTopLeft + lines + ClearToEnd);
        output.Flush();
    }

    private static void WriteBars(TextWriter screen, IReadOnlyDictionary<string, long> outcomes)
    {
        var most = Math.Max(1, outcomes.Values.Max());
        foreach (var (name, count) in outcomes)
        {
            var bar = new string('#', (int)Math.Ceiling(count * (double)BarWidth / most));
            if (count > 0) screen.WriteLine($"{name,-15} {count,7}  {bar}");
        }
    }

    /// <summary>The summary; true where everything adds up.</summary>
    public bool Summarise(StatusReport status, int sent, int strangers, int entriesOnSwitch)
    {
        if (isTerminal) output.Write("\x1b[H\x1b[2J");
        if (isTerminal) foreach (var text in _events) output.WriteLine(text);
        output.WriteLine();
        output.WriteLine("Summary");
        output.WriteLine($"  flows asked for   {status.Outcomes["drop"]} drops, {status.Outcomes["bypass"]} bypasses");
        WriteCounts("refused", status, IsRefusal);
        WriteCounts("no flow needed", status, IsIdle);
        output.WriteLine($"  connections       {status.Rejected["client_certificate"]} "
            + "refused for a certificate of another authority");
        var transports = status.Transports.Select(transport => $"{transport.Value.Received} {transport.Key}");
        output.WriteLine($"  by transport      {string.Join(", ", transports)}");
        var sum = status.Outcomes.Values.Sum();
        var adds = status.Received == sum && status.Received == sent;
        output.WriteLine($"  messages          {sent} sent, {status.Received} received = {sum} sum of outcomes"
            + (adds ? "" : "  DOES NOT ADD UP"));
        var agrees = status.Table.Entries == entriesOnSwitch;
        output.WriteLine($"  flow table        {status.Table.Entries} entries here, {entriesOnSwitch} on the switch"
            + (agrees ? "" : "  DO NOT AGREE"));
        return adds && agrees && status.Rejected["client_certificate"] == strangers;
    }

    private void WriteCounts(string what, StatusReport status, Func<string, bool> which)
    {
        foreach (var (name, count) in status.Outcomes)
        {
            if (count == 0 || !which(name)) continue;
            output.WriteLine($"  {what,-17} {count} {name}");
            what = "";
        }
    }

    private static bool IsRefusal(string outcome) => outcome
        is "malformed" or "stale" or "refused_sender" or "protected" or "no_interface" or "over_limit" or "shed";

    private static bool IsIdle(string outcome) =>
        outcome is "ignored" or "no_rule" or "not_session" or "duplicate" or "refreshed";
}
