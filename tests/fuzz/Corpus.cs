using System.Text;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Fuzz;

/// <summary>Ordinary input: the messages of tests/corpus, and files of the repository.</summary>
internal static class Corpus
{
    private static readonly string s_root = Root();

    /// <summary>The messages of a format; those of all formats under the name auto.</summary>
    public static byte[][] Messages(string format) =>
        Read(format switch { "auto" => "*.txt", "pan-os" => "pan-os-*.txt", _ => $"{format}.txt" });

    /// <summary>Each file of a folder.</summary>
    public static byte[][] Files(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(s_root, folder))
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <summary>A format by the field map of config/custom.yaml.</summary>
    public static CustomFormat Custom() => new(new CustomFields
    {
        Source = "network.client.ip",
        Destination = "network.destination.ip",
        SourcePort = "network.client.port",
        DestinationPort = "network.destination.port",
        Protocol = "proto",
        Action = "evt.name",
        Time = "timestamp",
        NatSource = "natsrc",
        NatDestination = "natdst",
    });

    private static byte[][] Read(string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(s_root, "tests", "corpus"), pattern).Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => Encoding.UTF8.GetBytes(line.Replace("@NOW_ISO@", "2026-11-21T10:00:00.250+01:00")
                .Replace("@NOW_UTC@", "2026-11-21T10:00:00.000000Z").Replace("@NOW@", "2026/11/21 10:00:00")
                .Replace("@DATE@", "2026-11-21").Replace("@TIME@", "10:00:00"))),
    ];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Assist.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no Assist.sln above");
        return folder.FullName;
    }
}
