using System.Globalization;
using System.Text.RegularExpressions;

namespace Assist.Outputs.DirectFlow;

/// <summary>Reads the text of `show platform trident tcam`, as EOS 4.14.6 and 4.15.0 wrote it.</summary>
public static partial class TcamSummary
{
    // "4 reserved by EOS for feature interaction", in the words of the original.
    private const int ReservedByEos = 4;

    /// <summary>Entries that flows may have, in use or free: those of the chip with the fewest, since an entry goes to
    /// each. Null where no group is DirectFlow's (OpenFlow's on 4.14), as with DirectFlow off.</summary>
    public static int? FlowCapacity(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int? least = null;
        var room = 0;
        foreach (var line in text.Split('\n'))
        {
            if (Group().Match(line) is { Success: true } group)
                room = Number(group.Groups["used"]) + Number(group.Groups["free"]) - ReservedByEos;
            else if (Flows().IsMatch(line) && room > 0)
                least = Math.Min(least ?? room, room);
        }
        return least;
    }

    private static int Number(Group digits) =>
        int.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < 1_000_000 ? number : 0;

    // Made at build time, as a non-backtracking one, which needs its automaton in memory, cannot be. Each is anchored
    // and gives nothing back that could be tried in another way: linear too.
#pragma warning disable MA0009
    [GeneratedRegex(@"^TCAM group \d+ uses (?<used>[0-9]+) entries and can use up to (?<free>[0-9]+) more")]
    private static partial Regex Group();

    [GeneratedRegex(@"^\s+(?:DirectFlow|OpenFlow) uses [0-9]+ entries")]
    private static partial Regex Flows();
#pragma warning restore MA0009
}
