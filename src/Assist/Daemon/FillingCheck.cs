using Assist.Control;
using Assist.Enforcement;
using Assist.Flows;

namespace Assist.Daemon;

/// <summary>The table has more than a little room. Whoever is told at 80 % can still find out what fills it.</summary>
internal sealed class FillingCheck : IHealthCheck
{
    private const int Percent = 80;
    private const int Named = 3;

    public IEnumerable<Finding> Look(TableReading table)
    {
        var view = table.View;
        var (used, limit) = (view.Room.Used + view.Room.Others, view.Room.Limit);
        if (limit <= 0 || used * 100L < limit * (long)Percent) yield break;
        yield return Finding.Problem(HealthKind.TableFilling,
            $"{used} of {limit} entries of the flow table are in use ({used * 100L / limit} %), "
            + $"{view.Room.Others} of them static or foreign; most are of {Top("rule", "rules", view, Rule)}, and of "
            + $"{Top("source", "sources", view, Source)}; `assist monitor` shows them, "
            + "`assist delete --rule` or `--address` removes them");
    }

    private static string Top(string one, string several, TableView view, Func<FlowView, string> part)
    {
        var entries = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var flow in view.Flows)
            entries[part(flow)] = entries.GetValueOrDefault(part(flow)) + flow.Entries.Count;
        var top = entries.OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal)
            .Take(Named).Select(each => $"{each.Key} ({each.Value})").ToList();
        return top.Count == 0 ? $"no {one}" : $"{(top.Count == 1 ? one : several)} {string.Join(", ", top)}";
    }

    private static string Rule(FlowView flow) => flow.Verdict.Rule;

    private static string Source(FlowView flow) =>
        flow.Verdict.Flow.Match.Source is { IsKnown: true } source ? $"{source}" : "any";
}
