using System.Text;
using Assist.Configuration;
using Assist.Import;

namespace Assist.Fuzz;

/// <summary>A config.py of the original. What must hold: no exception; a configuration or an error, never both, never
/// neither; and what was made is YAML that reads without an exception.</summary>
internal static class ImportTarget
{
    public static string? Check(byte[] input)
    {
        var made = Importer.Import(Encoding.UTF8.GetString(input), "/fuzz/config.py");
        if (made.Yaml is null == made.Error is null) return "neither a configuration nor an error, or both";
        if (made.Error is { } error) return error.Message.Length == 0 ? "an error without words" : null;
        var read = ConfigurationLoader.Parse(made.Yaml!, "/fuzz/assist.yaml", [], Formats.Find);
        return read.Errors.FirstOrDefault(fault =>
            fault.Message.StartsWith("not valid YAML", StringComparison.Ordinal)) is { } broken
            ? $"{broken}\n{made.Yaml}"
            : null;
    }
}
