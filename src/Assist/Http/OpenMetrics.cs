using System.Text;

namespace Assist.Http;

/// <summary>The metrics in the other text format that Prometheus asks for (OpenMetrics 1.0).</summary>
internal static class OpenMetrics
{
    public const string ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const string Total = "_total";

    /// <summary>True where it is among what a reader accepts.</summary>
    public static bool IsAskedFor(string accept) =>
        accept.Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);

    /// <summary>A family of counters is named without what its samples end in, bounds are numbers with a point, and the
    /// end is marked, so that a reader knows that it has everything.</summary>
    public static string Of(string prometheus)
    {
        var text = new StringBuilder(prometheus.Length + 16);
        foreach (var line in prometheus.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty) continue;
            if (line[0] == '#') Family(text, line);
            else Sample(text, line);
            text.Append('\n');
        }
        return text.Append("# EOF\n").ToString();
    }

    // # TYPE assist_messages_total counter
    private static void Family(StringBuilder text, ReadOnlySpan<char> line)
    {
        const string Comment = "# HELP ";
        var name = line[Comment.Length..];
        var end = name.IndexOf(' ');
        var rest = end < 0 ? "" : name[end..];
        name = end < 0 ? name : name[..end];
        text.Append(line[..Comment.Length]);
        text.Append(name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name).Append(rest);
    }

    // assist_reaction_seconds_bucket{le="1"} 7
    private static void Sample(StringBuilder text, ReadOnlySpan<char> line)
    {
        const string Label = "le=\"";
        var begin = line.IndexOf(Label, StringComparison.Ordinal);
        var bound = begin < 0 ? "" : line[(begin + Label.Length)..];
        bound = begin < 0 ? "" : bound[..bound.IndexOf('"')];
        if (bound.Length == 0 || bound.ContainsAny(".+e"))
        {
            text.Append(line);
            return;
        }
        var end = begin + Label.Length + bound.Length;
        text.Append(line[..end]).Append(".0").Append(line[end..]);
    }
}
