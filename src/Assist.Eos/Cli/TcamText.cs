namespace Assist.Eos;

/// <summary>`show platform trident tcam` in the wording of both releases: facts 2.7.</summary>
internal static class TcamText
{
    public static string Summary(SwitchState state)
    {
        var options = state.Options;
        var used = state.Hardware.Entries.Count + options.ReservedEntries;
        var (group, owner) = IsBefore415(options.EosVersion) ? (11, "OpenFlow") : (14, "DirectFlow");
        string[] flows = !state.IsProgramming ? [] :
        [
            $"TCAM group {group} uses {used} entries and can use up to {Math.Max(0, options.Capacity - used)} more.",
            $"  {owner} uses {used} entries.",
        ];
        return Pipes.Joined(
        [
            "=== TCAM summary for switch Linecard0/0 ===",
            "TCAM group 10 uses 38 entries and can use up to 1498 more.",
            "  ACL Management uses 10 entries.",
            "  L2 Control Priority uses 9 entries.",
            "  Storm Control Management uses 2 entries.",
            "  ARP Inspection uses 1 entries.",
            "  L3 Routing uses 16 entries.",
            .. flows,
            "TCAM group 9 uses 19 entries and can use up to 1517 more.",
            "  L3 Control Priority uses 19 entries.",
        ]);
    }

    private static bool IsBefore415(string version) =>
        version.Split('.') is [var first, var second, ..]
        && int.TryParse(first, out var major)
        && int.TryParse(second, out var minor)
        && (major, minor).CompareTo((4, 15)) < 0;
}
