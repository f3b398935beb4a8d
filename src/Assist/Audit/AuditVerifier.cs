using Assist.Configuration;

namespace Assist.Audit;

/// <summary>What reading the whole audit has shown.</summary>
/// <param name="First">Number of the first record that is there; 0 without any.</param>
/// <param name="Faults">Each says where, and what.</param>
internal sealed record AuditVerdict(
    long First, AuditHead Last, long Records, long Lost, IReadOnlyList<string> Faults);

/// <summary>Looks whether every record is there, whole, and in its place.</summary>
internal static class AuditVerifier
{
    // Where everything is changed, the rest of the list says no more.
    private const int MostFaults = 20;

    // The daemon may write or begin a new file meanwhile: what is missing then is looked for again.
    private const int MostLooks = 10;

    // In place of the hash of a record that nobody can read.
    private const string Unreadable = "";

    /// <param name="expected">Hash of a record that was written; null where nobody knows of any.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AuditVerdict Verify(AuditOptions options, string? expected = null)
    {
        var files = new AuditFiles(options);
        for (var looks = 1; ; looks++)
        {
            var before = files.Lengths();
            try
            {
                var verdict = Look(options, expected);
                if (verdict.Faults.Count == 0 || looks == MostLooks || before.SequenceEqual(files.Lengths()))
                    return verdict;
            }
            catch (FileNotFoundException) when (looks < MostLooks)
            {
                // Put aside or removed since it was listed.
            }
        }
    }

    private static AuditVerdict Look(AuditOptions options, string? expected)
    {
        var isExpectedThere = expected is null;
        var (first, records, lost, last) = (0L, 0L, 0L, AuditHead.None);
        var faults = new List<string>();
        foreach (var (file, number, bytes) in Lines(options))
        {
            if (AuditChain.Read(bytes) is not var (record, hash))
            {
                faults.Add($"{file}:{number}: the record is changed or not whole");
                last = new AuditHead(last.Number + 1, Unreadable);
                continue;
            }
            if (first == 0) first = record.Number;
            if (last != AuditHead.None && Fault(record, last) is { } fault) faults.Add($"{file}:{number}: {fault}");
            isExpectedThere |= hash == expected;
            (last, records, lost) = (new AuditHead(record.Number, hash), records + 1, lost + (record.Lost ?? 0));
        }
        if (!isExpectedThere) faults.Add($"the record with hash {expected}, which the daemon has written, is missing");
        return new AuditVerdict(first, last, records, lost, [.. faults.Take(MostFaults)]);
    }

    private static string? Fault(AuditRecord record, AuditHead before)
    {
        if (record.Number > before.Number + 1) return Missing(before.Number + 1, record.Number - 1);
        if (record.Number <= before.Number) return $"record {record.Number} stands behind record {before.Number}";
        return record.Previous == before.Hash || before.Hash == Unreadable ? null
            : $"record {record.Number} does not follow on the record before it, which was replaced";
    }

    private static string Missing(long first, long last) =>
        first == last ? $"record {first} is missing" : $"records {first} to {last} are missing";

    // The current file is opened first: put aside meanwhile it is still this one, and what was begun after it is left
    // out.
    private static IEnumerable<(string File, int Number, byte[] Line)> Lines(AuditOptions options)
    {
        var files = new AuditFiles(options);
        using var current = files.OpenCurrent();
        var older = files.Older();
        var first = current is null ? long.MaxValue : FirstOf(current);
        foreach (var file in older.Where(file => file.First < first).Select(file => file.File))
        {
            var number = 0;
            foreach (var line in AuditFiles.Lines(file)) yield return (file, ++number, line);
        }
        var last = 0;
        foreach (var line in current is null ? [] : AuditFiles.Lines(current))
            yield return (files.Current, ++last, line);
    }

    // Where it is empty or unreadable, all others come before it.
    private static long FirstOf(FileStream file)
    {
        var line = AuditFiles.Lines(file).FirstOrDefault();
        file.Position = 0;
        return line is not null && AuditChain.Read(line) is var (record, _) ? record.Number : long.MaxValue;
    }
}
