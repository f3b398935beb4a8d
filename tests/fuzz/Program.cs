using System.Diagnostics;
using System.Globalization;
using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;

namespace Assist.Fuzz;

/// <summary>assist-fuzz TARGET SECONDS [SEED]: mutates the corpus until the time is over or something is found.
/// assist-fuzz linear: measures what hostile messages cost.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["linear"])
            return Formats().Select(format => LinearTarget.Check(format, CorpusOf(format.Name))).ToList().Contains(false) ? 1 : 0;
        if (args.Length < 2 || !double.TryParse(args[1], CultureInfo.InvariantCulture, out var seconds))
        {
            Console.Error.WriteLine("usage: fuzz framer|FORMAT|all SECONDS [SEED], or fuzz linear");
            return 2;
        }
        var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
        string[] targets = args[0] == "all" ? ["framer", .. Formats().Select(format => format.Name)] : [args[0]];
        return targets.Max(target => Run(target, TimeSpan.FromSeconds(seconds), seed));
    }

    private static int Run(string target, TimeSpan time, int seed)
    {
        var random = new Random(seed);
        var everything = Read("*.txt");
        Func<byte[], string?> check;
        IReadOnlyList<byte[]> corpus;
        FormatTarget? format = null;
        if (target == "framer")
        {
            (corpus, check) = (FramerTarget.Corpus(everything), new FramerTarget(random).Check);
        }
        else
        {
            corpus = CorpusOf(target);
            format = new FormatTarget(Formats().First(each => each.Name == target));
            check = format.Check;
        }
        var mutator = new Mutator(random, corpus);
        var watch = Stopwatch.StartNew();
        long count = 0;
        while (watch.Elapsed < time)
            for (var i = 0; i < 1000; i++, count++)
            {
                var message = mutator.Next();
                if (Guarded(check, message) is not { } finding) continue;
                Console.WriteLine($"{target} seed {seed} message {count}: {finding}\n{Encoding.Latin1.GetString(message)}");
                return 1;
            }
        Console.WriteLine($"{target}: {count} messages, {format?.Sessions ?? 0} sessions, {watch.Elapsed.TotalSeconds:0} s, nothing found");
        return 0;
    }

    // The one place where everything is caught: an exception is what is looked for.
    private static string? Guarded(Func<byte[], string?> check, byte[] message)
    {
        try
        {
            return check(message);
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    private static IMessageFormat[] Formats() =>
    [
        new PanOsFormat(), new PanCloudFormat(), new PanOsCefFormat(), new PanOsLeefFormat(), new FortiGateFormat(),
        new CheckPointFormat(), new VArmourFormat(), new CyphortFormat(), Custom(), new AutoFormat(),
    ];

    // The field map of config/custom.yaml.
    private static CustomFormat Custom() => new(new CustomFields
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

    private static byte[][] CorpusOf(string format) =>
        Read(format switch { "auto" => "*.txt", "pan-os" => "pan-os-*.txt", _ => $"{format}.txt" });

    private static byte[][] Read(string pattern)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Assist.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("no Assist.sln above");
        return
        [
            .. Directory.EnumerateFiles(Path.Combine(folder.FullName, "tests", "corpus"), pattern).Order(StringComparer.Ordinal)
                .SelectMany(File.ReadLines).Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => Encoding.UTF8.GetBytes(line.Replace("@NOW_ISO@", "2026-11-21T10:00:00.250+01:00")
                    .Replace("@NOW_UTC@", "2026-11-21T10:00:00.000000Z").Replace("@NOW@", "2026/11/21 10:00:00")
                    .Replace("@DATE@", "2026-11-21").Replace("@TIME@", "10:00:00"))),
        ];
    }
}
