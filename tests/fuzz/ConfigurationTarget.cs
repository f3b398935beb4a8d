using System.Text;
using Assist.Configuration;

namespace Assist.Fuzz;

/// <summary>A configuration file. What must hold: no exception; a configuration or an error, never both, never neither;
/// and each error and warning names a place in the file and says something, in one line.</summary>
internal static class ConfigurationTarget
{
    private const string File = "/fuzz/assist.yaml";

    public static string? Check(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = ConfigurationLoader.Parse(text, File, [], Formats.Find);
        if (read.Config is null == (read.Errors.Count == 0)) return "neither a configuration nor an error, or both";
        // The end of the file counts as a line of its own, also where no line break stands before it.
        var lines = 1 + text.Split('\n', '\r', '\u0085', '\u2028', '\u2029').Length;
        foreach (var error in read.Errors)
            if (Misplaced(error.Line, error.Column, error.Message, lines) is { } fault) return $"{fault}: {error}";
        foreach (var warning in read.Warnings)
            if (Misplaced(warning.Line, warning.Column, warning.Message, lines) is { } fault)
                return $"{fault}: {warning}";
        return null;
    }

    private static string? Misplaced(int line, int column, string message, int lines)
    {
        if (line < 1 || line > lines || column < 1) return "a place that is not in the file";
        return message.Length == 0 ? "no words" : null;
    }
}
