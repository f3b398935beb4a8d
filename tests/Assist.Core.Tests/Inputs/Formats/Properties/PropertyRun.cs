using System.Globalization;
using System.Text;
using System.Text.Json;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats.Properties;

/// <summary>A line with a session, the format that reads it, and what it reads.</summary>
internal sealed record SessionLine(
    IMessageFormat Format, bool IsCef, byte[] Bytes, Tuple5 Tuple, SpelledTuple Places, string Origin)
{
    public string Kind => IsCef ? $"{Format.Name} CEF" : Format.Name;
}

/// <summary>How many lines a property test makes and from which seed. docs/fuzzing.md says how to make more.</summary>
internal static class PropertyRun
{
    private const int OrdinaryLines = 20_000;
    private const int OrdinarySeed = 20261121;

    private static readonly string[] s_samples = ["samples/panos.jsonl", "samples/others.jsonl"];

    public static int Lines { get; } = FromEnvironment("ASSIST_PROPERTY_LINES") ?? OrdinaryLines;

    public static int Seed { get; } = FromEnvironment("ASSIST_PROPERTY_SEED") ?? OrdinarySeed;

    /// <summary>Every line of the corpus, and of the captured samples where they are, that is a session.</summary>
    public static IReadOnlyList<SessionLine> Sessions { get; } = Read();

    /// <summary>Those that one firewall may send: it writes key=value or CEF, not both.</summary>
    public static IReadOnlyDictionary<string, SessionLine[]> Alike { get; } =
        Sessions.GroupBy(line => line.Kind).ToDictionary(lines => lines.Key, lines => lines.ToArray());

    /// <summary>Stable for a seed, whatever the order of the corpus's other lines.</summary>
    public static Random RandomFor(int line) => new(unchecked(Seed * 1_000_003 + line));

    public static string Describe(int line, SessionLine from, byte[] message, object read, object? expected) =>
        $"ASSIST_PROPERTY_SEED={Seed}, line {line}, {from.Format.Name}, from {from.Origin}: read {read}, not {expected ?? "nothing"}\n"
        + Encoding.Latin1.GetString(message);

    private static int? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static List<SessionLine> Read()
    {
        var lines = new List<SessionLine>();
        var panOs = new PanOsFormat();
        foreach (var line in Corpus.Read("pan-os-*.txt")) Add(lines, panOs, line.Bytes, $"{line.File}:{line.Number}");
        foreach (var format in VendorFormats.All)
            foreach (var line in VendorFormats.Corpus(format.Name)) Add(lines, format, line.Bytes, $"{line.File}:{line.Number}");
        foreach (var file in s_samples.Where(file => SharedData.Lack(file) is null))
            foreach (var sample in File.ReadLines(SharedData.PathOf(file)).Select(line => JsonDocument.Parse(line).RootElement))
                foreach (var format in VendorFormats.All.Where(format => format is not CustomFormat).Append(panOs))
                    Add(lines, format, Encoding.UTF8.GetBytes(sample.GetProperty("raw").GetString()!), sample.GetProperty("id").GetString()!);
        return lines;
    }

    private static void Add(List<SessionLine> lines, IMessageFormat format, byte[] bytes, string origin)
    {
        var log = new SessionLog();
        if (format.Parse(bytes, log) != ParseStatus.Session) return;
        var tuple = Tuple5.Of(log);
        var places = SpelledTuple.Find(format.Name, bytes, tuple)
            ?? throw new InvalidDataException($"{origin}: {tuple} stands nowhere in the line");
        if (SpelledTuple.Read(places, bytes, places.Starts) != tuple)
            throw new InvalidDataException($"{origin}: {SpelledTuple.Read(places, bytes, places.Starts)} is spelled, {tuple} read");
        lines.Add(new SessionLine(format, log.Layout!.Name.EndsWith("-cef", StringComparison.Ordinal), bytes, tuple, places, origin));
    }
}
