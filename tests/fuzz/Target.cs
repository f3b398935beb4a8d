using System.Text;
using Assist.Configuration;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Fuzz;

/// <summary>A reader of ours under hostile input.</summary>
/// <param name="Check">What is wrong with what came of the input; null where nothing is. Throws what nobody may
/// see.</param>
/// <param name="Seeds">Ordinary input, from which hostile input is made.</param>
internal sealed record Target(string Name, Func<byte[], string?> Check, Func<IReadOnlyList<byte[]>> Seeds)
{
    private static readonly string[] s_formats =
        ["pan-os", "pan-cloud", "cef", "leef", "fortigate", "check-point", "varmour", "cyphort", "custom", "auto"];

    /// <summary>The name of every target; one that reads logs is named like its format.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["framer", .. s_formats, "eapi", "flow-text", "facts", "yaml", "config-py", "control"];

    /// <summary>The targets that the random mutator knows: streams and messages of a firewall.</summary>
    public static IReadOnlyList<string> OfLogs { get; } = ["framer", .. s_formats];

    public static IEnumerable<IMessageFormat> AllFormats => s_formats.Select(FormatOf);

    /// <exception cref="ArgumentException">There is no target of that name.</exception>
    public static Target Of(string name) => name switch
    {
        "framer" => new Target(name, FramerTarget.Check, () => FramerTarget.Streams(Corpus.Messages("auto"))),
        "eapi" => new Target(name, EapiTarget.Check, () => Corpus.Files("tests/fuzz/seeds/eapi")),
        "flow-text" => new Target(name, EapiTarget.CheckText, () => Corpus.Files("tests/fuzz/seeds/flow-text")),
        "facts" => new Target(name, FactsTarget.Check, () => Corpus.Files("tests/fuzz/seeds/facts")),
        "yaml" => new Target(name, ConfigurationTarget.Check,
            () => [.. Corpus.Files("config"), .. Corpus.Files("tests/fuzz/seeds/yaml")]),
        "config-py" => new Target(name, ImportTarget.Check,
            () =>
                [.. Corpus.Files("tests/Assist.Tests/Import/fixtures"), .. Corpus.Files("tests/fuzz/seeds/config-py")]),
        "control" => new Target(name, new ControlTarget().Check, () => Corpus.Files("tests/fuzz/seeds/control")),
        _ when s_formats.Contains(name) =>
            new Target(name, new FormatTarget(FormatOf(name)).Check, () => Corpus.Messages(name)),
        _ => throw new ArgumentException($"no target {name}; there are {string.Join(", ", Names)}", nameof(name)),
    };

    /// <summary>What the input shows to be wrong, exceptions and memory included; null where nothing is.</summary>
    public string? Finding(byte[] input)
    {
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            return Check(input) ?? Memory.Finding(GC.GetAllocatedBytesForCurrentThread() - before, input.Length);
        }
        catch (Exception e)
        {
            // The one place where everything is caught: an exception is what is looked for.
            return e.ToString();
        }
    }

    /// <summary>The words of the seeds, for a fuzzer's dictionary.</summary>
    public IEnumerable<string> Words() => Seeds()
        .SelectMany(seed => Encoding.UTF8.GetString(seed)
            .Split([.. " \t\r\n,;|=:\"'{}[]()<>"], StringSplitOptions.RemoveEmptyEntries))
        .Where(word => word.Length is > 1 and < 24 && word.All(char.IsAscii))
        .CountBy(word => word).OrderByDescending(word => word.Value).Select(word => word.Key).Take(150);

    private static IMessageFormat FormatOf(string name) =>
        name == "custom" ? Corpus.Custom() : Formats.Find(name)
            ?? throw new ArgumentException($"no format {name}", nameof(name));

    /// <summary>Bounded memory: what a reader allocates follows the length of its input.</summary>
    private static class Memory
    {
        // The automata of patterns take most: a configuration makes one for each.
        private const long Always = 16 << 20;
        private const long PerByte = 4_000;

        public static string? Finding(long allocated, int length) =>
            allocated > Always + PerByte * length ? $"allocates {allocated} bytes for {length}" : null;
    }
}
