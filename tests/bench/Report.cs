using System.Text;

namespace Assist.Bench;

/// <summary>Targets and figures, for the terminal and for the documents.</summary>
internal sealed class Report(Figures figures, Scale scale)
{
    private readonly IReadOnlyList<(Target Target, Spread Spread)> _judged =
    [
        .. from target in Target.All
           let spread = figures.Of(target.Key)
           where spread is not null
           select (target, spread.Value),
    ];

    public bool AllMet => _judged.All(IsMet);

    /// <summary>Every sample's median, then a line for each target.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var (key, spread) in figures.StartingWith(""))
            text.AppendLine($"  {key,-40} {Target.Number(spread.Median)}{spread.Range}");
        text.AppendLine();
        foreach (var judged in _judged)
        {
            var (target, spread) = judged;
            var verdict = IsMet(judged) ? "met" : "MISSED";
            text.AppendLine(
                $"{verdict,-7} {target.Show(spread.Median) + spread.Range,-28} {target.Limit,-18} {target.Text}");
        }
        return text.Append(Summary()).ToString();
    }

    /// <summary>Puts the tables where the documents keep them.</summary>
    public void Write(string repository)
    {
        var tables = new Tables(figures);
        var performance = Path.Combine(repository, "docs/performance.md");
        Replace(performance, "figures of tests/bench/run", tables.Targets(scale) + tables.All());
        var before = Earlier.Read(Path.Combine(repository, "tests/bench/before.txt"));
        Replace(performance, "before and after, of tests/bench/run", tables.BeforeAndAfter(before));
        Replace(Path.Combine(repository, "README.md"), "figures of tests/bench/run", tables.Short());
    }

    private static bool IsMet((Target Target, Spread Spread) judged) => judged.Target.IsMet(judged.Spread.Median);

    private string Summary()
    {
        var missing = Target.All.Count - _judged.Count;
        var rest = missing > 0 ? $", {missing} not measured" : "";
        return $"{_judged.Count(IsMet)} of {_judged.Count} targets met{rest}\n";
    }

    private static void Replace(string file, string mark, string tables)
    {
        var text = File.ReadAllText(file);
        var begin = text.IndexOf($"<!-- {mark} -->\n", StringComparison.Ordinal);
        var end = begin < 0 ? -1 : text.IndexOf("<!-- end of ", begin, StringComparison.Ordinal);
        if (end < 0) throw new InvalidOperationException($"{file} has no place for the {mark}");
        File.WriteAllText(file, $"{text[..begin]}<!-- {mark} -->\n{tables.TrimEnd()}\n{text[end..]}");
    }
}
