using System.Text;
using Assist.Logging;
using Spectre.Console;

namespace Assist.LiveView;

/// <summary>One line of the screen: texts and their styles. Every text is made printable here, so that none of a log
/// reaches the terminal as it came.</summary>
internal sealed class Line
{
    private readonly List<(string Text, Style Style)> _parts = [];

    public IReadOnlyList<(string Text, Style Style)> Parts => _parts;

    /// <summary>In columns of the terminal.</summary>
    public int Width { get; private set; }

    /// <summary>Without styles.</summary>
    public string Text => string.Concat(_parts.Select(part => part.Text));

    public static Line Of(string text, Style? style = null) => new Line().Add(text, style);

    public Line Add(string text, Style? style = null)
    {
        var printable = Printable.Of(text);
        _parts.Add((printable, style ?? Style.Plain));
        Width += Cells.WidthOf(printable);
        return this;
    }

    /// <summary>The same in just so many columns: filled up, or cut.</summary>
    public Line In(int width)
    {
        var (line, left) = (new Line(), width);
        foreach (var (text, style) in _parts)
        {
            if (left == 0) break;
            line.Add(Cells.Cut(text, left), style);
            left = width - line.Width;
        }
        return left > 0 ? line.Add(new string(' ', left), _parts.Count > 0 ? _parts[^1].Style : Style.Plain) : line;
    }
}

/// <summary>Text in columns of a terminal, where a character takes none, one or two.</summary>
internal static class Cells
{
    private const char Mark = '~';

    public static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : text.GetCellWidth();

    /// <summary>The text, or its beginning with a mark.</summary>
    public static string Cut(string text, int width)
    {
        if (width <= 0) return "";
        if (WidthOf(text) <= width) return text;
        var (cut, used) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += WidthOf(rune.ToString());
            if (used > width - 1) break;
            cut.Append(rune.ToString());
        }
        return cut.Append(Mark).ToString();
    }

    /// <summary>Printable, in just so many columns.</summary>
    public static string Fit(string text, int width, bool isRight = false)
    {
        var cut = Cut(Printable.Of(text), width);
        var blanks = new string(' ', Math.Max(0, width - WidthOf(cut)));
        return isRight ? blanks + cut : cut + blanks;
    }

    /// <summary>Lines of at most so many columns, broken anywhere: addresses and logs have few blanks.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var (line, used) = (new StringBuilder(), 0);
        foreach (var rune in Printable.Of(text).EnumerateRunes())
        {
            var cells = WidthOf(rune.ToString());
            if (used + cells > width && line.Length > 0)
            {
                yield return line.ToString();
                line.Clear();
                used = 0;
            }
            line.Append(rune.ToString());
            used += cells;
        }
        yield return line.ToString();
    }
}
