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
        ("log", ["logging", "logs"]), ("listeners", ["syslog", "listen"]), ("metrics", ["prometheus"]),
        ("http", ["web", "api", "https"]),
        ("never_drop", ["whitelist", "allowlist", "exclude"]), ("firewall_port", ["fw_port", "interface"]),
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
        // Only the beginning was written, and it can be one word only.
        if (word.Length >= 3
            && words.FindAll(v => v.StartsWith(word, StringComparison.OrdinalIgnoreCase)) is [var whole]) return whole;
        return words
            .Select(v => (Word: v, Distance: Distance(word.ToLowerInvariant(), v.ToLowerInvariant())))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Word, StringComparer.Ordinal)
            .Select(c => c.Word)
            .FirstOrDefault();
    }

    // Edits of single letters; two neighbours that have changed places are one edit (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var swap = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(swap, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
