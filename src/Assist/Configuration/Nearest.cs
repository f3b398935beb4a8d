namespace Assist.Configuration;

/// <summary>The valid word that was probably meant.</summary>
internal static class Nearest
{
    // What others call it.
    private static readonly Dictionary<string, string> s_synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dport"] = "dst_port", ["sport"] = "src_port", ["dst"] = "dst_ip", ["src"] = "src_ip", ["proto"] = "protocol",
        ["warn"] = "warning", ["err"] = "error", ["information"] = "info", ["verbose"] = "debug",
        ["block"] = "drop", ["deny"] = "drop", ["reject"] = "drop", ["discard"] = "drop",
        ["allow"] = "bypass", ["permit"] = "bypass", ["accept"] = "bypass", ["pass"] = "bypass",
        ["skip"] = "ignore", ["none"] = "ignore", ["ssl"] = "tls",
        ["paloalto"] = "pan-os", ["palo-alto"] = "pan-os", ["panos"] = "pan-os", ["fortinet"] = "fortigate",
        ["checkpoint"] = "check-point",
    };

    /// <summary>A hint to append to an error: empty where nothing comes near.</summary>
    public static string Hint(string word, IEnumerable<string> valid) =>
        Find(word, valid) is { } near ? $"; did you mean \"{near}\"?" : "";

    public static string? Find(string word, IEnumerable<string> valid)
    {
        // One slip in three letters still is the same word; the cap keeps absurd input cheap.
        if (word.Length is 0 or > 64) return null;
        var limit = Math.Max(1, word.Length / 3);
        var words = valid.ToList();
        if (s_synonyms.TryGetValue(word, out var other) && words.Contains(other, StringComparer.Ordinal)) return other;
        return words
            .Select(v => (Word: v, Distance: Distance(word.ToLowerInvariant(), v.ToLowerInvariant())))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Word, StringComparer.Ordinal)
            .Select(c => c.Word)
            .FirstOrDefault();
    }

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var swap = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(swap, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
