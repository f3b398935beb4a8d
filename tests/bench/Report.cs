using System.Globalization;
using System.Text;

namespace Assist.Bench;

/// <summary>Targets and figures, for the terminal and as tables of the documents.</summary>
internal sealed class Report(Figures figures, Scale scale)
{
    private const string Begin = "<!-- figures of tests/bench/run -->";
    private const string End = "<!-- end of figures -->";

    public bool AllMet => Target.All.All(target => figures.Of(target.Key) is not { } spread || target.IsMet(spread.Median));

    /// <summary>Every sample's median, then a line for each target.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var (key, spread) in figures.StartingWith("")) text.AppendLine($"  {key,-40} {Target.Number(spread.Median)}{Range(spread)}");
        text.AppendLine();
        foreach (var target in Target.All)
            if (figures.Of(target.Key) is { } spread)
                text.AppendLine($"{(target.IsMet(spread.Median) ? "met" : "MISSED"),-7} {target.Show(spread.Median) + Range(spread),-28} {target.Limit,-18} {target.Text}");
        return text.Append(Summary()).ToString();
    }

    /// <summary>Puts the tables where the documents keep them.</summary>
    public void Write(string repository)
    {
        Replace(Path.Combine(repository, "docs/performance.md"), TargetTable() + Costs() + RivalTable() + Matrix());
        Replace(Path.Combine(repository, "README.md"), ShortTable());
    }

    private string Summary()
    {
        var measured = Target.All.Where(target => figures.Of(target.Key) is not null).ToList();
        var met = measured.Count(target => target.IsMet(figures.Of(target.Key)!.Value.Median));
        return $"{met} of {measured.Count} targets met{(measured.Count < Target.All.Count ? $", {Target.All.Count - measured.Count} not measured" : "")}\n";
    }

    private string TargetTable()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Host()}; {scale.Rounds} rounds; median, in brackets the smallest and the largest sample.");
        text.AppendLine().AppendLine("| what | figure | target | |").AppendLine("|---|---|---|---|");
        foreach (var target in Target.All)
            if (figures.Of(target.Key) is { } spread)
                text.AppendLine($"| {target.Text} | {target.Show(spread.Median)}{Range(spread)} | {target.Limit} | {(target.IsMet(spread.Median) ? "met" : "**missed**")} |");
        return text.AppendLine().ToString();
    }

    private string ShortTable()
    {
        var text = new StringBuilder("| what | figure |\n|---|---|\n");
        foreach (var target in Target.All.Where(target => s_short.Contains(target.Key)))
            if (figures.Of(target.Key) is { } spread) text.AppendLine($"| {target.Text} | {target.Show(spread.Median)} |");
        return text.ToString();
    }

    private static readonly string[] s_wires = ["udp", "tcp", "tls"];

    private static readonly HashSet<string> s_short = new(StringComparer.Ordinal)
    {
        "full.udp", "full.tcp", "full.tls", "steady.udp", "idle.cpu", "rival.rsyslog.udp", "rival.syslog-ng.udp",
        "reaction.median", "reaction.loaded", "ready", "idle.memory", "full.memory",
    };

    // Absolute figures of this machine; the ratios above are what compares.
    private string Costs()
    {
        var text = new StringBuilder("| transport | messages/s | µs of processor | C: messages/s | C: µs | C that parses every column, of its rate |\n|---|---|---|---|---|---|\n");
        foreach (var wire in s_wires)
            Row(wire, Rate($"full.{wire}.rate"), Median($"full.{wire}.cpu"), Rate($"full.{wire}.c-rate"), Median($"full.{wire}.c-cpu"),
                wire == "tcp" ? "does already" : Median($"full.{wire}.c-parses"));
        text.AppendLine().AppendLine("| processor, less compiling | at 20,000/s: µs | C: µs | compiling: µs | with it, of C | at 100/s: % of a core | C: % |\n|---|---|---|---|---|---|---|");
        foreach (var wire in s_wires)
            Row(wire, Median($"steady.{wire}.cpu"), Median($"steady.{wire}.c-cpu"), Median($"steady.{wire}.compiling"),
                Median($"steady.{wire}.with-compiling"), Median($"slow.{wire}"), Median($"slow.{wire}.c"));
        return text.AppendLine().ToString();

        void Row(string wire, params string[] columns) => text.AppendLine($"| {wire.ToUpperInvariant()} | {string.Join(" | ", columns)} |");
    }

    // Both ways in which a rival can find a denied log; the targets judge the first.
    private string RivalTable()
    {
        var text = new StringBuilder("| our rate, of its rate; its µs of processor | UDP | TCP | TLS |\n|---|---|---|---|\n");
        var any = false;
        foreach (var rival in new[] { "rsyslog", "syslog-ng" })
            foreach (var (search, ratio, cost) in new[] { ("by columns", "rival", "rivals"), ("by text", "rivals.by-text", "rivals.by-text") })
            {
                var cells = s_wires.Select(wire => figures.Of($"{ratio}.{rival}.{wire}") is { } spread
                    ? $"{Target.Number(spread.Median)}, {Median($"{cost}.{rival}.{wire}.cpu")} µs" : "").ToList();
                any |= cells.Exists(cell => cell.Length > 0);
                text.AppendLine($"| {rival}, {search} | {string.Join(" | ", cells)} |");
            }
        text.AppendLine($"| this program | {string.Join(" | ", s_wires.Select(wire => Median($"rivals.assist.{wire}.cpu") + " µs"))} |");
        return any ? text.AppendLine().ToString() : "";
    }

    private string Matrix()
    {
        int[] distinct = [1, 10, 1000, 100_000];
        var text = new StringBuilder("| rate, of C | " + string.Join(" | ", distinct.Select(n => $"{Target.Number(n)} matches")) + " |\n|---|---|---|---|---|\n");
        var any = false;
        foreach (var wire in s_wires)
            foreach (var rules in new[] { "shipped rules", "50 rules" })
            {
                var cells = distinct.Select(n => figures.Of($"matrix.{wire}.{rules}.{n}") is { } spread
                    ? $"{Target.Number(spread.Median)}, {Median($"matrix.{wire}.{rules}.{n}.cpu")} µs" : "").ToList();
                any |= cells.Exists(cell => cell.Length > 0);
                text.AppendLine($"| {wire.ToUpperInvariant()}, {rules} | {string.Join(" | ", cells)} |");
            }
        return any ? text.ToString() : "";
    }

    private string Median(string key) => figures.Of(key) is { } spread ? Target.Number(spread.Median) : "";

    // Millions a second are easier read than 812345.
    private string Rate(string key) => figures.Of(key) is { } spread ? $"{Target.Number(spread.Median)} k" : "";

    private static string Range(Spread spread) =>
        spread.Samples > 1 ? $" ({Target.Number(spread.Low)} to {Target.Number(spread.High)})" : "";

    private static string Host()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return $"{Environment.ProcessorCount} cores of {model?.Split(':')[1].Trim() ?? "an unknown processor"}, {Environment.OSVersion.VersionString}, "
            + TimeProvider.System.GetUtcNow().ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
    }

    private static void Replace(string file, string tables)
    {
        var text = File.ReadAllText(file);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidOperationException($"{file} has no place for the figures");
        File.WriteAllText(file, text[..(begin + Begin.Length)] + "\n" + tables.TrimEnd() + "\n" + text[end..]);
    }
}
