using System.Text;
using System.Text.Json;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Rules;

namespace Assist.Fuzz;

/// <summary>The switch's answers about its flows. What must hold: no exception but the two that are documented, an
/// answer for each command, each name once, and the same entry whether all are read or one is looked for.</summary>
internal static class EapiTarget
{
    /// <param name="json">The body of an answer to one command.</param>
    public static string? Check(byte[] json)
    {
        try
        {
            using var answer = EapiResponse.Read(json, 1);
            foreach (var note in answer.Notes())
                if (note.AsSpan().ContainsAny('\r', '\n')) return "a note of two lines";
            if (answer.Error is null && answer.Results.Count != 1) return "another number of results than of commands";
            return answer.Error is null ? CheckFlows(answer.Results[0], answer.Output(0)) : null;
        }
        catch (TargetException)
        {
            return null;
        }
    }

    /// <summary>The same for the flows as text, which stands beside JSON without any, and for the table of the
    /// chip.</summary>
    public static string? CheckText(byte[] text)
    {
        var shown = Encoding.UTF8.GetString(text);
        if (TcamSummary.FlowCapacity(shown) is <= 0) return "a table without room";
        using var json = JsonDocument.Parse("""{"flows": []}""");
        return CheckEntries(DirectFlowReader.Read(json.RootElement, shown), shown);
    }

    private static string? CheckFlows(JsonElement json, string text)
    {
        var all = DirectFlowReader.Read(json, text);
        var names = all.Entries.Select(found => found.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var found in DirectFlowReader.Find(json, names).Entries)
            if (!all.Entries.Any(each => each.Key == found.Key)) return "found, and not among all";
        return CheckEntries(all, text);
    }

    private static string? CheckEntries(InstalledFlows all, string text)
    {
        if (all.Entries.DistinctBy(found => found.Key).Count() != all.Entries.Count) return "a name twice";
        if (all.Entries.Any(found => found.Status == EntryStatus.Programmed && found.StatusText != "Flow programmed"))
            return "programmed by other words";
        return text.Length == 0 && all.IsComplete ? "complete without a summary" : null;
    }
}
