using System.Globalization;

namespace Assist.Bench.Machine;

/// <summary>What the kernel says of a UDP port of this network namespace.</summary>
internal readonly record struct UdpSockets(long Queued, long Drops)
{
    public static UdpSockets At(int port)
    {
        long queued = 0, drops = 0;
        foreach (var file in new[] { "/proc/net/udp", "/proc/net/udp6" })
        {
            if (!File.Exists(file)) continue;
            foreach (var line in File.ReadLines(file).Skip(1))
            {
                var columns = Columns(line);
                if (!IsOf(port, columns[1])) continue;
                queued += long.Parse(columns[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                drops += long.Parse(columns[12], CultureInfo.InvariantCulture);
            }
        }
        return new UdpSockets(queued, drops);
    }

    /// <summary>True where somebody listens on the port, by UDP or TCP.</summary>
    public static bool IsTaken(int port)
    {
        foreach (var file in new[] { "/proc/net/udp", "/proc/net/udp6", "/proc/net/tcp", "/proc/net/tcp6" })
            if (File.Exists(file) && File.ReadLines(file).Skip(1).Any(line => IsOf(port, Columns(line)[1])))
                return true;
        return false;
    }

    private static string[] Columns(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOf(int port, string address) => address.EndsWith($":{port:X4}", StringComparison.Ordinal);
}
