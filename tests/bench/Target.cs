using System.Globalization;

namespace Assist.Bench;

/// <summary>What a figure has to be.</summary>
/// <param name="Key">Under which its samples stand in <see cref="Figures"/>; their median is judged.</param>
internal sealed record Target(string Key, string Text, bool AtLeast, double Bound, string Unit)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        Least("full.udp", "UDP throughput at saturation, relative to C that parses every column", 1.2),
        Least("full.tcp", "TCP throughput at saturation, relative to C that parses every column", 1.2),
        Least("full.tls", "TLS throughput at saturation, relative to C that parses every column", 1.2),
        Most("lost", "messages lost or unaccounted for in all of these", 0),
        Most("steady.udp", "UDP at 20,000/s: CPU a message, relative to C that only counts", 0.5),
        Most("steady.tcp", "TCP at 20,000/s: CPU a message, relative to C that only counts", 0.5),
        Most("steady.tls", "TLS at 20,000/s: CPU a message, relative to C that only counts", 0.5),
        Most("slow", "at 100/s: CPU, dearest transport", 1, "% of a core"),
        Most("idle.cpu", "idle: CPU", 0.05, "% of a core"),
        Most("allocated.shipped", "allocated from bytes to decision, shipped rules", 0, "bytes"),
        Most("allocated.regex", "allocated, 50 rules, 10 of them regular expressions", 0, "bytes"),
        Most("stall", "longest time the socket was not read at 20,000/s", 10, "ms"),
        Most("growth.distinct", "CPU of a message with 100,000 distinct matches, of that with one", 1.2),
        Most("growth.rules", "cost of 50 rules, each tried anew, of twice that of 25", 1.1),
        Most("overload.lost", "overload: messages neither decided nor counted as dropped", 0),
        Most("overload.newest", "overload: the newest drop verdicts reach the switch, 99th percentile", 1000, "ms"),
        Most("overload.status", "overload: slowest answer to a status request", 1000, "ms"),
        Most("overload.stop", "overload: stop", 200, "ms"),
        Most("reaction.median", "datagram to request, idle, median", 1, "ms"),
        Most("reaction.p99", "datagram to request, idle, 99th percentile", 5, "ms"),
        Most("reaction.loaded", "datagram to request at 100,000 duplicates/s, 99th percentile", 20, "ms"),
        Most("cold", "1,500 flows from cold, switch of 20 ms a request and 0.2 ms a command", 5, "s"),
        Most("readback", "datagram to read back at 20/s, same switch, 99th percentile", 150, "ms"),
        Most("ready", "start to ready", 60, "ms"),
        Most("status", "a whole `assist status`", 60, "ms"),
        Most("idle.memory", "resident, idle", 25, "MB"),
        Most("full.memory", "resident, 100,000 remembered matches and full load", 50, "MB"),
    ];

    public bool IsMet(double value) => AtLeast ? value >= Bound : value <= Bound;

    public string Limit => $"{(AtLeast ? "≥" : "≤")} {Number(Bound)}{Suffix}";

    public string Show(double value) => Number(value) + Suffix;

    private string Suffix => Unit.Length == 0 ? "" : $" {Unit}";

    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.1 => value.ToString("0.0##", CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.##", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    private static Target Least(string key, string text, double bound, string unit = "") =>
        new(key, text, true, bound, unit);

    private static Target Most(string key, string text, double bound, string unit = "") =>
        new(key, text, false, bound, unit);
}
