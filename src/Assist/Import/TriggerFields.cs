using System.Text.RegularExpressions;
using Assist.Configuration;

namespace Assist.Import;

/// <summary>The labels of a variant's triggers as fields of our format.</summary>
internal sealed class TriggerFields(PySettings settings, Variant variant)
{
    private const string Service = "service_id";

    private readonly HashSet<string>? _labels = variant == Variant.PaloAlto ? null : LabelsOf(variant);

    /// <summary>True where every label can be found in a log.</summary>
    public bool AreKnown(PyDict trigger, string name) =>
        _labels is null ? AreListed(trigger, name) : AreRead(trigger, _labels);

    public string NameOf(string label) => variant == Variant.Cyphort && label == "subtype" ? "name" : label;

    /// <summary>What Check Point's variant asked of every log: a service whose name has been given the
    /// suffix.</summary>
    public string Condition(PyDict trigger)
    {
        if (variant != Variant.CheckPoint) return "";
        var suffix = settings.Module.Find(Variant.Suffix) is { } value ? settings.Text(value, Variant.Suffix) : "_DFA";
        if (suffix.Length == 0) return "";
        if (trigger.Find(Service) is { } own)
            settings.Fail(own, $"this trigger and {Variant.Suffix} both say what {Service} is; "
                + $"write one pattern for both here, and set {Variant.Suffix} = ''");
        return $"      {Service}: {YamlText.Quote($@"(?-i:{Regex.Escape(suffix)})\z")}\n";
    }

    /// <summary>Where the file lists the fields itself: a label that is not among them kept the trigger from
    /// firing.</summary>
    private bool AreListed(PyDict trigger, string name)
    {
        var listed = (settings.Module.Find(Variant.Labels) as PyDict)?.Entries
            .SelectMany(e => settings.Texts(e.Value, Variant.Labels))
            .Select(t => t.Value)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (label, _) in trigger.Entries)
        {
            if (listed is null || listed.Contains(label.Value)) continue;
            settings.Note($"the entry {name} was left out: no log has a field \"{label.Value}\", so it never fired"
                + Nearest.Hint(label.Value, listed));
            return false;
        }
        return true;
    }

    // A log may well have the field. Leaving out an exception to a later entry would make flows.
    private bool AreRead(PyDict trigger, HashSet<string> labels)
    {
        foreach (var (label, _) in trigger.Entries)
            if (!labels.Contains(NameOf(label.Value)))
                settings.Fail(label, $"\"{label.Value}\" is no field that format {variant.Format} reads; "
                    + $"remove the entry, or write it with another field{Nearest.Hint(label.Value, labels)}");
        return true;
    }

    private static HashSet<string> LabelsOf(Variant variant) =>
        [.. Formats.Find(variant.Format)!.Layouts.SelectMany(layout => layout.Names).Where(name => name.Length > 0)];
}
