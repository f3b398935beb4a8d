using System.Globalization;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>A replay for people.</summary>
internal static class ReplayText
{
    private const int MostChanges = 20;

    public static void Write(TextWriter output, ReplayReport report)
    {
        output.WriteLine($"{report.Messages} messages, {Time(report.Start)} to {Time(report.End)} UTC by their own "
            + $"times ({StatusText.Duration((long)(report.End - report.Start).TotalSeconds)})");
        if (report.WithoutTime > 0)
            output.WriteLine($"{report.WithoutTime} logs have no readable time and count as of the log before them");
        foreach (var (outcome, count) in report.Outcomes)
            if (count > 0) output.WriteLine($"  {outcome,-16} {count,12}");
        var (table, peak) = (report.Table, report.Table.AtPeak);
        output.WriteLine($"Flow table      at the peak {table.Peak} of {table.Limit} entries, "
            + $"{Time(table.PeakAt)} UTC: {peak.Denials} of denials, {peak.Threats} of threats, "
            + $"{peak.Bypasses} of bypasses, "
            + $"{peak.Redirects} of redirects");
        var refused = report.OverLimit.Where(limit => limit.Value > 0).ToList();
        if (refused.Count > 0)
            output.WriteLine($"  no room for   "
                + string.Join(", ", refused.Select(limit => $"{limit.Value} {limit.Key}")));
        output.WriteLine($"Bypassed        {Bytes(report.BypassedBytes)} of {Bytes(report.SessionBytes)} that logs of "
            + "ends tell" + (report.SessionBytes > 0
                ? $" ({100.0 * report.BypassedBytes / report.SessionBytes:0} %)" : ""));
        foreach (var rule in report.Rules) TrialText.Write(output, rule, table.Limit);
    }

    public static void Write(TextWriter output, ReplayComparison comparison, string before, string after)
    {
        var (one, other) = (comparison.Before, comparison.After);
        output.WriteLine($"{one.Messages} messages, {Time(one.Start)} to {Time(one.End)} UTC by their own times");
        output.WriteLine($"before: {Printable.Of(before)}; after: {Printable.Of(after)}");
        output.WriteLine($"{"",-18} {"before",14} {"after",14} {"change",14}");
        foreach (var outcome in one.Outcomes.Keys) Row(output, outcome, one.Outcomes[outcome], other.Outcomes[outcome]);
        Row(output, "peak entries", one.Table.Peak, other.Table.Peak);
        Row(output, "of entries", one.Table.Limit, other.Table.Limit);
        Row(output, "bytes bypassed", one.BypassedBytes, other.BypassedBytes);
        if (comparison.Changes.Count == 0)
        {
            output.WriteLine("rules and guards decide the same on every message");
            return;
        }
        output.WriteLine("Rules and guards decide otherwise on");
        foreach (var change in comparison.Changes.Take(MostChanges))
        {
            output.WriteLine($"  {change.Messages,8} {Made(change.From, change.FromRule)} -> "
                + $"{Made(change.To, change.ToRule)}; the first is message {change.Line}:");
            output.WriteLine($"           {change.Example}");
        }
        if (comparison.Changes.Count > MostChanges)
            output.WriteLine($"  and {comparison.Changes.Count - MostChanges} kinds more; --json has all of them");
    }

    private static void Row(TextWriter output, string name, long before, long after)
    {
        if (before == 0 && after == 0) return;
        var change = (after - before).ToString("+0;-0;0", CultureInfo.InvariantCulture);
        output.WriteLine($"{name,-18} {before,14} {after,14} {change,14}");
    }

    private static string Made(string outcome, string? rule) => rule is null ? outcome : $"{outcome} by {rule}";

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1e3:0.0} kB",
        < 10_000_000_000 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.0} GB",
    };
}
