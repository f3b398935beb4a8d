using System.Globalization;

namespace Assist.Inputs.Datagrams;

/// <summary>What the kernel refused before any socket saw it, for the whole network namespace and since boot.</summary>
/// <param name="ListenOverflows">Connections, because an accept queue was full.</param>
/// <param name="ReversePathFiltered">Packets, because the route back to their source leads elsewhere
/// (rp_filter).</param>
public readonly record struct KernelCounters(long ListenOverflows, long ReversePathFiltered)
{
    private const string File = "/proc/net/netstat";
    private const string Section = "TcpExt:";

    public KernelCounters Since(KernelCounters start) =>
        new(ListenOverflows - start.ListenOverflows, ReversePathFiltered - start.ReversePathFiltered);

    /// <summary>All 0 where the kernel does not tell.</summary>
    public static KernelCounters Read()
    {
        try
        {
            return Parse(System.IO.File.ReadAllText(File));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>Two lines a section, names and values: <c>TcpExt: SyncookiesSent ... ListenOverflows ...</c>.</summary>
    public static KernelCounters Parse(string netstat)
    {
        ArgumentNullException.ThrowIfNull(netstat);
        var lines = netstat.Split('\n')
            .Where(line => line.StartsWith(Section, StringComparison.Ordinal)).Take(2).ToArray();
        if (lines.Length < 2) return default;
        var (names, values) = (lines[0].Split(' '), lines[1].Split(' '));
        return new KernelCounters(Value("ListenOverflows"), Value("IPReversePathFilter"));

        long Value(string name)
        {
            var at = Array.IndexOf(names, name);
            return at >= 0 && at < values.Length
                && long.TryParse(values[at], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : 0;
        }
    }
}
