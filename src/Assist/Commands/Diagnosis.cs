using System.Text.Json.Serialization;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>What a look at one thing has found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DoctorResult>))]
internal enum DoctorResult
{
    [JsonStringEnumMemberName("ok")]
    Ok,
    [JsonStringEnumMemberName("warn")]
    Warn,
    [JsonStringEnumMemberName("fail")]
    Fail,
}

/// <summary>One line of `doctor`.</summary>
/// <param name="Check">What was looked at, in one word.</param>
/// <param name="Text">What is so; where it is not in order, with the way out.</param>
internal sealed record Diagnosis(string Check, DoctorResult Result, string Text)
{
    public static Diagnosis Ok(string check, string text) => new(check, DoctorResult.Ok, text);

    public static Diagnosis Warn(string check, string text) => new(check, DoctorResult.Warn, text);

    public static Diagnosis Fail(string check, string text) => new(check, DoctorResult.Fail, text);
}

/// <summary>All lines, as JSON has them.</summary>
internal sealed record DoctorReport(DoctorResult Result, IReadOnlyList<Diagnosis> Checks);

/// <summary>Collects the lines; for a person it prints each as soon as it is known.</summary>
internal sealed class DiagnosisSheet(TextWriter? output)
{
    private readonly List<Diagnosis> _lines = [];

    public DoctorResult Worst => _lines.Count == 0 ? DoctorResult.Ok : _lines.Max(line => line.Result);

    public DoctorReport Report => new(Worst, _lines);

    public void Add(IEnumerable<Diagnosis> lines)
    {
        foreach (var line in lines) Add(line);
    }

    public void Add(Diagnosis line)
    {
        _lines.Add(line);
        output?.WriteLine($"{Word(line.Result),-5} {line.Check,-14} {Printable.Of(line.Text)}");
    }

    /// <summary>What all of it comes to.</summary>
    public void Conclude()
    {
        var (fails, warnings) = (Count(DoctorResult.Fail), Count(DoctorResult.Warn));
        output?.WriteLine(fails + warnings == 0 ? "everything is in order"
            : $"{fails} of {_lines.Count} checks failed, {warnings} warned");
    }

    private int Count(DoctorResult result) => _lines.Count(line => line.Result == result);

    private static string Word(DoctorResult result) => result switch
    {
        DoctorResult.Ok => "ok",
        DoctorResult.Warn => "warn",
        _ => "FAIL",
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
