using System.Globalization;
using System.Text;
using Assist.Bench.Machine;

namespace Assist.Bench;

/// <summary>The figures as tables of the documents.</summary>
internal sealed class Tables(Figures figures)
{
    private static readonly string[] s_wires = [.. Enum.GetValues<Wire>().Select(wire => wire.Name())];

    private static readonly HashSet<string> s_short = new(StringComparer.Ordinal)
    {
        "full.udp", "full.tcp", "full.tls", "steady.udp", "slow", "idle.cpu", "reaction.median", "reaction.loaded",
        "ready", "status", "idle.memory", "full.memory",
    };

    private static readonly (string Key, string Text)[] s_limits =
    [
        ("memchr", "C that parses, one `memchr` for each column"),
        ("recv", "C that parses, one `recvfrom` for each datagram"),
        ("count", "C that only counts, or decrypts and counts"),
    ];

    // What means the same in both runs: absolute figures, not ratios to C, which does more now.
    private static readonly (string Key, string Text, string Unit)[] s_compared =
    [
        .. s_wires.Select(wire => ($"full.{wire}.rate", $"{Upper(wire)}, socket kept full: rate", "k/s")),
        .. s_wires.Select(wire => ($"full.{wire}.cpu", $"{Upper(wire)}, socket kept full: CPU a message", "µs")),
        .. s_wires.Select(wire => ($"steady.{wire}.cpu", $"{Upper(wire)} at 20,000/s: CPU a message", "µs")),
        Same("slow"), Same("idle.cpu"), Same("reaction.median"), Same("reaction.p99"), Same("reaction.loaded"),
        Same("cold"), Same("readback"), Same("ready"), Same("status"), Same("idle.memory"), Same("full.memory"),
        Same("overload.stop"),
        ("size", "program on disk", "MB"),
    ];

    /// <summary>Every target that was measured, met or missed.</summary>
    public string Targets(Scale scale)
    {
        var text = Begin("what", "figure", "target", "");
        foreach (var target in Target.All)
            if (figures.Of(target.Key) is { } spread)
                Row(text, target.Text, target.Show(spread.Median) + spread.Range, target.Limit,
                    target.IsMet(spread.Median) ? "met" : "**missed**");
        return $"{Host()}; {scale.Rounds} rounds; median, in brackets the smallest and the largest sample.\n\n{text}\n";
    }

    /// <summary>The few that the README shows.</summary>
    public string Short()
    {
        var text = Begin("what", "figure");
        foreach (var target in Target.All.Where(target => s_short.Contains(target.Key)))
            if (figures.Of(target.Key) is { } spread) Row(text, target.Text, target.Show(spread.Median));
        return text.ToString();
    }

    /// <summary>Figures of an earlier run beside those of this one.</summary>
    public string BeforeAndAfter(IReadOnlyDictionary<string, double> before)
    {
        var text = Begin("what", "before", "after");
        foreach (var (key, label, unit) in s_compared)
            if (before.TryGetValue(key, out var earlier) && figures.Of(key) is { } now)
                Row(text, label, $"{Target.Number(earlier)} {unit}", $"{Target.Number(now.Median)} {unit}");
        return text.ToString();
    }

    /// <summary>What has no target: beside C, at a rate, beside rsyslog and syslog-ng, by matches and rules.</summary>
    public string All() => Ceilings() + Rates() + Rivals() + Matrix();

    private string Ceilings()
    {
        var text = Begin("socket kept full: messages/s, CPU of each; our rate, of it", "UDP", "TCP", "TLS");
        RowOfWires(text, "this program", wire => Speed($"full.{wire}"));
        RowOfWires(text, "C that parses every column, in one pass",
            wire => Beside($"full.{wire}", $"full.{wire}.parse"));
        foreach (var (limit, label) in s_limits)
            RowOfWires(text, label, wire => Beside($"full.{wire}.{limit}", $"full.{wire}.{limit}"));
        return text.AppendLine().ToString();

        string Speed(string key) => $"{Median($"{key}.rate")} k/s, {Median($"{key}.cpu")} µs";

        string Beside(string ratio, string key) => figures.Of(ratio) is null ? "" : $"{Speed(key)}; {Median(ratio)}";
    }

    private string Rates()
    {
        var text = Begin("CPU", "at 20,000/s: µs a message", "C: µs", "at 100/s: % of a core", "C: %");
        foreach (var wire in s_wires)
            Row(text, Upper(wire), Median($"steady.{wire}.cpu"), Median($"steady.{wire}.c-cpu"),
                Median($"slow.{wire}"), Median($"slow.{wire}.c"));
        return text.AppendLine().ToString();
    }

    // Both ways in which a rival can find a denied log.
    private string Rivals()
    {
        if (!figures.StartingWith("rival.").Any()) return "";
        var text = Begin("our rate, of its rate; its CPU a message", "UDP", "TCP", "TLS");
        foreach (var rival in new[] { "rsyslog", "syslog-ng" })
        {
            RowOfWires(text, $"{rival}, by columns",
                wire => Cell($"rival.{rival}.{wire}", $"rivals.{rival}.{wire}.cpu"));
            RowOfWires(text, $"{rival}, by text",
                wire => Cell($"rivals.by-text.{rival}.{wire}", $"rivals.by-text.{rival}.{wire}.cpu"));
        }
        RowOfWires(text, "this program", wire => Median($"rivals.assist.{wire}.cpu") + " µs");
        return text.AppendLine().ToString();
    }

    private string Matrix()
    {
        if (!figures.StartingWith("matrix.").Any()) return "";
        int[] distinct = [1, 10, 1000, 100_000];
        var columns = distinct.Select(n => n == 1 ? "1 match" : $"{Target.Number(n)} matches");
        var text = Begin(["rate, of C that parses; our CPU a message", .. columns]);
        foreach (var wire in s_wires)
            foreach (var rules in new[] { "shipped rules", "50 rules" })
            {
                var keys = distinct.Select(n => $"matrix.{wire}.{rules}.{n}");
                Row(text, [$"{Upper(wire)}, {rules}", .. keys.Select(key => Cell(key, $"{key}.cpu"))]);
            }
        return text.ToString();
    }

    private string Cell(string ratio, string cost) =>
        figures.Of(ratio) is null ? "" : $"{Median(ratio)}, {Median(cost)} µs";

    private string Median(string key) => figures.Of(key) is { } spread ? Target.Number(spread.Median) : "";

    private static (string Key, string Text, string Unit) Same(string key)
    {
        var target = Target.All.Single(target => target.Key == key);
        return (key, target.Text, target.Unit);
    }

    private static string Upper(string wire) => wire.ToUpperInvariant();

    private static StringBuilder Begin(params string[] columns)
    {
        var text = new StringBuilder();
        Row(text, columns);
        return text.AppendLine($"|{string.Concat(columns.Select(_ => "---|"))}");
    }

    private static void RowOfWires(StringBuilder text, string label, Func<string, string> cell) =>
        Row(text, [label, .. s_wires.Select(cell)]);

    private static void Row(StringBuilder text, params string[] cells) =>
        text.AppendLine($"| {string.Join(" | ", cells)} |");

    private static string Host()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var day = TimeProvider.System.GetUtcNow().ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        return $"{Environment.ProcessorCount} cores of {model ?? "an unknown processor"}, "
            + $"{Environment.OSVersion.VersionString}, {day}";
    }
}
