using System.Diagnostics;
using System.Globalization;
using System.Text;
using SharpFuzz;

namespace Assist.Fuzz;

/// <summary>Hostile input for everything that reads what others wrote. tests/fuzz/run drives it under a fuzzer that
/// follows the coverage; `random` needs none.</summary>
internal static class Program
{
    private const string Usage = """
        usage: Assist.Fuzz targets                       their names
               Assist.Fuzz seeds TARGET FOLDER           writes its seeds, and words.dict beside the folder
               Assist.Fuzz instrument FILE...            makes assemblies tell which branches they take
               Assist.Fuzz afl TARGET                    under afl-fuzz, with instrumented assemblies
               Assist.Fuzz replay TARGET FILE...         what each input shows
               Assist.Fuzz random TARGET SECONDS [SEED]  mutates the corpus of a format, of the framer, or of `all`
               Assist.Fuzz linear                        what a byte costs in messages made to be slow
        """;

    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["targets"]:
                foreach (var name in Target.Names) Console.WriteLine(name);
                return 0;
            case ["seeds", var name, var folder]:
                return WriteSeeds(Target.Of(name), folder);
            case ["instrument", .. var files]:
                foreach (var file in files) Fuzzer.Instrument(file, _ => true, Options.Value);
                return 0;
            case ["afl", var name]:
                return UnderAfl(name);
            case ["replay", var name, .. var files]:
                return Array.ConvertAll(files, file => Replays(Target.Of(name), file)).Contains(false) ? 1 : 0;
            case ["random", var name, var seconds, .. var rest] when rest.Length < 2:
                return AtRandom(name, Number(seconds), rest is [var seed] ? (int)Number(seed) : 1);
            case ["linear"]:
                return Target.AllFormats.Select(format => LinearTarget.Check(format, Corpus.Messages(format.Name)))
                    .ToList()
                    .Contains(false) ? 1 : 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static int WriteSeeds(Target target, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (number, seed) in target.Seeds().Index())
            File.WriteAllBytes(Path.Combine(folder, $"{number:00000}"), seed);
        File.WriteAllLines(folder + ".dict", target.Words().Select(word => $"\"{word.Replace(@"\", @"\\")}\""));
        return 0;
    }

    private static int UnderAfl(string name)
    {
        // Instrumented code can run from the first input on: before it there is nowhere to note a branch.
        var target = new Lazy<Target>(() => Target.Of(name));
        using var input = new MemoryStream();
        Fuzzer.OutOfProcess.Run(stream =>
        {
            input.SetLength(0);
            stream.CopyTo(input);
            if (target.Value.Finding(input.ToArray()) is { } finding) throw new InvalidOperationException(finding);
        });
        return 0;
    }

    private static bool Replays(Target target, string file)
    {
        var watch = Stopwatch.StartNew();
        var finding = target.Finding(File.ReadAllBytes(file));
        Console.WriteLine($"{target.Name} {file}: {finding ?? "nothing"} ({watch.ElapsedMilliseconds} ms)");
        return finding is null;
    }

    private static int AtRandom(string name, double seconds, int seed) =>
        (name == "all" ? Target.OfLogs : [name]).Max(each => Run(Target.Of(each), TimeSpan.FromSeconds(seconds), seed));

    private static int Run(Target target, TimeSpan time, int seed)
    {
        var mutator = new Mutator(new Random(seed), target.Seeds());
        var watch = Stopwatch.StartNew();
        long count = 0;
        while (watch.Elapsed < time)
            for (var i = 0; i < 1000; i++, count++)
            {
                var message = mutator.Next();
                if (target.Finding(message) is not { } finding) continue;
                Console.WriteLine(
                    $"{target.Name} seed {seed} message {count}: {finding}\n{Encoding.Latin1.GetString(message)}");
                return 1;
            }
        Console.WriteLine($"{target.Name}: {count} inputs, {watch.Elapsed.TotalSeconds:0} s, nothing found");
        return 0;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
