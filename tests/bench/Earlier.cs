using System.Globalization;

namespace Assist.Bench;

/// <summary>The medians of an earlier run, as it has printed them.</summary>
internal static class Earlier
{
    /// <summary>Lines with a key and a number count; those that begin with # say which run it was.</summary>
    public static IReadOnlyDictionary<string, double> Read(string file)
    {
        var medians = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(file))
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [[not '#', ..] and var key, var number, ..])
                medians[key] = double.Parse(number, NumberStyles.Number, CultureInfo.InvariantCulture);
        return medians;
    }
}
