namespace Assist.Configuration;

/// <summary>The valid word that was probably meant.</summary>
internal static class Nearest
{
    // What other programs call it.
    private static readonly (string Ours, string[] Others)[] s_synonyms =
    [
        ("dst_port", ["dport"]), ("src_port", ["sport"]), ("dst_ip", ["dst"]), ("src_ip", ["src"]),
        ("protocol", ["proto"]), ("warning", ["warn"]), ("error", ["err"]), ("info", ["information"]),
        ("debug", ["verbose"]), ("drop", ["block", "deny", "reject", "discard"]),
        ("bypass", ["allow", "permit", "accept", "pass"]), ("ignore", ["skip", "none"]), ("tls", ["ssl"]),
        ("pan-os", ["paloalto", "palo-alto", "panos"]), ("fortigate", ["fortinet"]), ("check-point", ["checkpoint"]),
    ];

    /// <summary>A hint to append to an error: empty where nothing comes near.</summary>
    public static string Hint(string word, IEnumerable<string> valid) =>
        Find(word, valid) is { } near ? $"; did you mean \"{near}\"?" : "";

    public static string? Find(string word, IEnumerable<string> valid)
    {
        // One slip in three letters still is the same word; the cap keeps absurd input cheap.
        if (word.Length is 0 or > 64) return null;
        var limit = Math.Max(1, word.Length / 3);
        var words = valid.ToList();
        foreach (var (ours, others) in s_synonyms)
            if (words.Contains(ours) && others.Contains(word, StringComparer.OrdinalIgnoreCase)) return ours;
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
