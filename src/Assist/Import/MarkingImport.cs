using System.Text;

namespace Assist.Import;

/// <summary>COS_TOS_MARKING to marking.</summary>
internal sealed class MarkingImport(PySettings settings, Variant variant)
{
    // The original looked most applications up by a name without these, and with "_" for blanks.
    private const string Deleted = "~`!@#$%^&*()+={}[];|\\/?><,.";

    public string Write()
    {
        var value = settings.Find("COS_TOS_MARKING", "COS_TOS_MARKINGS");
        if (value is not PyDict marking)
        {
            if (value is not null and not PyNone)
                settings.Fail(value, $"COS_TOS_MARKING must be a dictionary, not {value.Kind}");
            return "";
        }
        var yaml = new StringBuilder();
        if (marking.Entries.Count > 0) yaml.Append("\nmarking:\n");
        // As in Python, the last of equal keys counts; in YAML they would be an error.
        foreach (var app in marking.Entries.Select(e => e.Key.Value).Distinct(StringComparer.Ordinal))
        {
            if (marking.Find(app) is not PyDict codes)
            {
                settings.Fail(
                    marking.Find(app)!, "COS_TOS_MARKING: write {'COS': 0 to 7, 'TOS': 0 to 255} for each application");
                continue;
            }
            yaml.Append($"  {YamlText.Quote(app)}: {{{Codes(codes)}}}\n");
            if (variant == Variant.PaloAlto || variant == Variant.Fortinet || variant == Variant.CheckPoint)
                Scrubbed(app);
        }
        return yaml.ToString();
    }

    private string Codes(PyDict codes)
    {
        var written = new List<string>();
        foreach (var (name, limit) in ((string, int)[])[("COS", 7), ("TOS", 255)])
        {
            if (codes.Find(name) is not { } value) continue;
            if (value is PyNumber number && number.Value >= 0 && number.Value <= limit)
                written.Add($"{name.ToLowerInvariant()}: {number.Value}");
            else settings.Fail(value, $"{name} must be a whole number from 0 to {limit}");
        }
        if (written.Count == 0) settings.Fail(codes, "COS_TOS_MARKING: write 'COS', 'TOS' or both");
        return string.Join(", ", written);
    }

    private void Scrubbed(string app)
    {
        var scrubbed = string.Concat(app.Where(c => !Deleted.Contains(c, StringComparison.Ordinal))).Replace(' ', '_');
        if (scrubbed != app)
            settings.Note(
                $"marking \"{app}\" never applied in the original, which looked for \"{scrubbed}\"; here it applies");
        // Check Point's names of services have no blanks.
        else if (app.Contains('_', StringComparison.Ordinal) && variant != Variant.CheckPoint)
            settings.Note(
                $"marking \"{app}\": write it as the firewall does, if its name has a blank instead of \"_\"");
        else if (variant == Variant.Fortinet && IsPort(app))
            settings.Note($"marking \"{app}\": write it as the firewall does, if its name has a / before the number");
    }

    // tcp5989: what remained of tcp/5989, FortiGate's name of a service that it has no name for.
    private static bool IsPort(string app) =>
        app.Length > 3 && app[..3] is "tcp" or "udp" && app.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0;
}
