using System.Globalization;
using System.Text;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>The flow table over time as an SVG picture. Every text in it is escaped: names of files and rules are, and
/// nothing of a log is in it but times and counts.</summary>
internal static class ReplayPicture
{
    private const int Width = 960;
    private const int Left = 60;
    private const int Top = 50;
    private const int PlotWidth = 880;
    private const int PlotHeight = 280;
    private const int Bottom = Top + PlotHeight;

    private static readonly (string Name, string Color, Func<ReplayedEntries, int> Part)[] s_layers =
    [
        ("threats", "#7f1d1d", entries => entries.Threats),
        ("denials", "#dc2626", entries => entries.Denials),
        ("redirects", "#d97706", entries => entries.Redirects),
        ("bypasses", "#2563eb", entries => entries.Bypasses),
    ];

    public static string Of(ReplayReport report, string title)
    {
        var table = report.Table;
        var highest = Math.Max(1, Math.Max(table.Peak, table.Limit));
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Bottom + 90}\" "
            + "font-family=\"sans-serif\" font-size=\"13\">");
        Line(svg, "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        Text(svg, Left, 24, title);
        Text(svg, Left, 42, $"{report.Messages} messages; at the peak {table.Peak} of {table.Limit} entries");
        var below = new int[table.Parts.Count];
        foreach (var (_, color, part) in s_layers) Layer(svg, table.Parts, below, part, color, highest);
        Rule(svg, Y(table.Limit, highest), "#111827", $"{table.Limit} entries");
        Rule(svg, Bottom, "#6b7280", "0");
        Text(svg, Left, Bottom + 20, Time(report.Start));
        Text(svg, Left + PlotWidth - 140, Bottom + 20, Time(report.End));
        Legend(svg);
        Line(svg, "</svg>");
        return svg.ToString();
    }

    // From where the layer below ends up, and back along that.
    private static void Layer(
        StringBuilder svg, IReadOnlyList<ReplayedEntries> parts, int[] below, Func<ReplayedEntries, int> part,
        string color, int highest)
    {
        if (parts.Count == 0 || parts.All(entries => part(entries) == 0)) return;
        var step = (double)PlotWidth / parts.Count;
        var (upper, lower) = (new StringBuilder(), new List<string>());
        for (var i = 0; i < parts.Count; i++)
        {
            var top = below[i] + part(parts[i]);
            foreach (var x in (double[])[Left + i * step, Left + (i + 1) * step])
            {
                upper.Append(CultureInfo.InvariantCulture, $"{x:0.0},{Y(top, highest):0.0} ");
                lower.Add(string.Create(CultureInfo.InvariantCulture, $"{x:0.0},{Y(below[i], highest):0.0}"));
            }
            below[i] = top;
        }
        lower.Reverse();
        Line(svg, $"<polygon points=\"{upper}{string.Join(' ', lower)}\" fill=\"{color}\"/>");
    }

    private static void Rule(StringBuilder svg, double y, string color, string label)
    {
        Line(svg, string.Create(CultureInfo.InvariantCulture,
            $"<line x1=\"{Left}\" y1=\"{y:0.0}\" x2=\"{Left + PlotWidth}\" y2=\"{y:0.0}\" stroke=\"{color}\"/>"));
        Text(svg, Left + PlotWidth - 90, (int)y - 4, label);
    }

    private static void Legend(StringBuilder svg)
    {
        var x = Left;
        foreach (var (name, color, _) in s_layers)
        {
            Line(svg, $"<rect x=\"{x}\" y=\"{Bottom + 40}\" width=\"12\" height=\"12\" fill=\"{color}\"/>");
            Text(svg, x + 18, Bottom + 51, name);
            x += 110;
        }
    }

    private static double Y(int entries, int highest) => Bottom - (double)PlotHeight * entries / highest;

    private static void Text(StringBuilder svg, int x, int y, string text) =>
        Line(svg, $"<text x=\"{x}\" y=\"{y}\">{Escaped(text)}</text>");

    // Printable first: XML 1.0 has no place for control characters, escaped or not.
    private static string Escaped(string text) => Printable.Of(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    private static string Time(DateTime utc) =>
        utc.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder svg, string line) => svg.Append(line).Append('\n');
}
