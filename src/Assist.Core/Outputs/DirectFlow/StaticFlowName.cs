namespace Assist.Outputs.DirectFlow;

/// <summary>The ports that the name of a static flow tells, as <see cref="StaticFlows"/> writes it: its spelling of
/// them, with <c>:</c> for a slash and <c>-</c> for a dot.</summary>
internal readonly record struct StaticFlowName(
    IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<string> Mirrors)
{
    // What stands in front of the input, the output and the mirrored-to ports; null where a form has none.
    private static readonly (string Input, string? Output, string? Mirror)[] s_forms =
    [
        ("STATIC_THRU_FIREWALL__in:", "__out:", null),
        ("STATIC_TO_FIREWALL__in:", "__out:", null),
        ("STATIC_FROM_FIREWALL__in:", "_out:", null),
        ("STATIC_BYPASS_FW__in:", "_out:", "_mirror_to:"),
        ("MIRROR_TO_FW_TAP__", null, "_mirror_to:"),
    ];

    /// <summary>Null for a name that `setup` does not give, in whatever wiring.</summary>
    public static StaticFlowName? Parse(string name)
    {
        foreach (var (input, output, mirror) in s_forms)
        {
            if (!name.StartsWith(input, StringComparison.Ordinal)) continue;
            var rest = name[input.Length..];
            if (!TryCut(ref rest, mirror, out var mirrors) || !TryCut(ref rest, output, out var outputs)) return null;
            return TryList(rest, out var inputs) ? new StaticFlowName(inputs, outputs, mirrors) : null;
        }
        return null;
    }

    /// <summary>True where the entry has no port that the name does not tell.</summary>
    public bool Tells(FlowEntry entry) => AreAmong(Inputs, entry.Match.InputInterfaces)
        && AreAmong(Outputs, entry.Action.OutputInterfaces) && AreAmong(Mirrors, entry.Action.MirrorInterfaces);

    private static bool AreAmong(IReadOnlyList<string> told, IEnumerable<string> ports) =>
        ports.Select(port => FlowName.OfInterfaces([InterfaceName.Canonical(port)])).All(told.Contains);

    // Takes the list behind the word off the end.
    private static bool TryCut(ref string rest, string? word, out IReadOnlyList<string> ports)
    {
        ports = [];
        if (word is null) return true;
        var at = rest.LastIndexOf(word, StringComparison.Ordinal);
        if (at < 0 || !TryList(rest[(at + word.Length)..], out ports)) return false;
        rest = rest[..at];
        return true;
    }

    private static bool TryList(string text, out IReadOnlyList<string> ports)
    {
        var parts = text.Split('_');
        ports = Array.ConvertAll(parts, InterfaceName.Canonical);
        return Array.TrueForAll(parts, IsPort);
    }

    // The name becomes part of a command: nothing but what the configuration's ports can become.
    private static bool IsPort(string text) => text.Length > 1 && char.IsAsciiLetter(text[0])
        && char.IsAsciiDigit(text[^1]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-');
}
