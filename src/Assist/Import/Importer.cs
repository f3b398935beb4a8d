using System.Text;
using Assist.Configuration;

namespace Assist.Import;

/// <summary>Our YAML and what was changed on the way, one line each; or why nothing was made.</summary>
public sealed record ImportResult(string? Yaml, IReadOnlyList<string> Notes, PyError? Error);

/// <summary>A config.py of the original DirectFlow Assist as our configuration, keeping its decisions.</summary>
public static class Importer
{
    private const string CommonFile = "config_common.py";

    public static ImportResult Import(string path)
    {
        if (TextFile.Read(path, out var fault) is not { } text)
            return Failed(new PyError(new PyPosition(path, 0, 0), fault));
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", CommonFile);
        var common = OriginalDefaults.Common;
        if (text.Contains("config_common", StringComparison.Ordinal) && File.Exists(beside))
        {
            if (TextFile.Read(beside, out fault) is not { } commonText)
                return Failed(new PyError(new PyPosition(beside, 0, 0), fault));
            var reading = ConfigPyReader.Read(commonText, beside);
            if (reading.Module is null) return Failed(reading.Error!);
            common = new PyModule(beside);
            common.Include(OriginalDefaults.Common);
            common.Include(reading.Module);
        }
        return Import(text, path, common);
    }

    /// <summary>The same for text at hand, with what its `from config_common import *` brings.</summary>
    public static ImportResult Import(string text, string path, PyModule? common = null)
    {
        var reading = ConfigPyReader.Read(text, path, common);
        if (reading.Module is not { } module) return Failed(reading.Error!);
        if (Variant.Of(module) is not { } variant) return Failed(Variant.Unknown(module));
        var settings = new PySettings(module);
        var body = new SettingsImport(settings, variant).Write();
        if (settings.Error is { } error) return Failed(error);
        return new ImportResult(Head(path, settings.Notes) + body, settings.Notes, null);
    }

    private static ImportResult Failed(PyError error) => new(null, [], error);

    private static string Head(string path, List<string> notes)
    {
        var head = new StringBuilder();
        head.Append(
            $"# Made by assist import from {YamlText.Line(Path.GetFileName(path))}. Verify it with: assist check\n");
        if (notes.Count > 0) head.Append("#\n# What was changed, and why:\n");
        foreach (var note in notes) head.Append($"# - {YamlText.Line(note)}\n");
        return head.Append('\n').ToString();
    }
}
