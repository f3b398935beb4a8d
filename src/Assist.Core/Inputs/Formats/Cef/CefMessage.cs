using Assist.Inputs.Formats.Keyed;

namespace Assist.Inputs.Formats.Cef;

/// <summary>What the CEF of every vendor shares: its keys, and fields whose meaning a label beside them
/// gives.</summary>
internal static class CefMessage
{
    // Six strings, three numbers, two flexible strings and four IPv6 addresses, each with its label behind it.
    private const int SlotCount = 15;
    private const int FirstAddress = 11;
    private const int SourceSlot = 2 * (FirstAddress + 1), DestinationSlot = 2 * (FirstAddress + 2);

    /// <summary>The first keys of every CEF layout.</summary>
    public const string Slots =
        ".cs1^,.cs1Label^,.cs2^,.cs2Label^,.cs3^,.cs3Label^,.cs4^,.cs4Label^,.cs5^,.cs5Label^,.cs6^,.cs6Label^," +
        ".cn1^,.cn1Label^,.cn2^,.cn2Label^,.cn3^,.cn3Label^,.flexString1^,.flexString1Label^," +
        ".flexString2^,.flexString2Label^,.c6a1!,.c6a1Label!,.c6a2!,.c6a2Label!,.c6a3!,.c6a3Label!,.c6a4!,.c6a4Label!,";

    public static readonly SessionKeys Session = new()
    {
        Source = "src",
        Destination = "dst",
        SourcePort = "spt",
        DestinationPort = "dpt",
        Protocol = "proto",
        NatSource = "sourceTranslatedAddress",
        NatDestination = "destinationTranslatedAddress",
        NatSourcePort = "sourceTranslatedPort",
        NatDestinationPort = "destinationTranslatedPort",
    };

    // Labels as customers' recipes and the vendors' write them, and the name that rules use.
    private static readonly (string Label, string Name)[] s_labels =
    [
        ("Rule", "Rule"), ("Rule Name", "Rule"), ("RuleName", "Rule"),
        ("Source Zone", "Source Zone"), ("Src Zone", "Source Zone"), ("FromZone", "Source Zone"),
        ("Destination Zone", "Destination Zone"), ("Dst Zone", "Destination Zone"), ("ToZone", "Destination Zone"),
        ("LogProfile", "LogProfile"), ("LogSetting", "LogProfile"), ("Log Action", "LogProfile"),
        ("SessionID", "SessionID"), ("Session ID", "SessionID"), ("Flags", "Flags"),
        ("URL Category", "URL Category"), ("Virtual System", "Virtual System"), ("Virtual Sys", "Virtual System"),
        ("Source IPv6 Address", "src"), ("Destination IPv6 Address", "dst"), ("Source IPv6", "src"),
        ("Destination IPv6", "dst"), ("ThreatID", "ThreatID"), ("Threat ID", "ThreatID"),
        ("Direction", "Direction"), ("Protection Name", "protection_name"),
    ];

    public static ParseFault? Fill(ReadOnlySpan<byte> text, in CefStart start, KeyedLayout layout, SessionLog log)
    {
        if (HoldsHeader(text[start.Vendor.Start..])) return new ParseFault("a second message begins in this one");
        var reader = new PairReader(text, start.Extension, PairStyle.Escaped);
        if (KeyedSession.Fill(ref reader, layout, log) is { } fault) return fault;
        for (var slot = 0; slot < SlotCount; slot++)
        {
            // A value and its label stand side by side: where one is missing or cut, nobody knows what was labelled.
            if (log.Has(2 * slot) != log.Has(2 * slot + 1) || log.IsCutAt(2 * slot + 1)) log.IsCut = true;
            if (slot >= FirstAddress && log.Has(2 * slot) != log.Has(2 * slot + 1))
                return new ParseFault(
                    "an address without its label, or a label without its address", Key: layout.KeyOf(2 * slot));
            if (log.Has(2 * slot) && TargetOf(log.Field(2 * slot + 1), layout) is var target and >= 0
                && log.Field(target).IsEmpty)
                log.Fields.Copy(2 * slot, target);
        }
        // The standard's third and fourth IPv6 address, under labels that nobody knows.
        return IsOnlyIn(SourceSlot, layout.Source, log) ?? IsOnlyIn(DestinationSlot, layout.Destination, log);

        ParseFault? IsOnlyIn(int slot, int target, SessionLog log) =>
            log.Field(target).IsEmpty && !log.Field(slot).IsEmpty
            ? new ParseFault("an address under a label that is not known", Key: layout.KeyOf(slot))
            : null;
    }

    /// <summary>True where a relay or a wrong octet count has joined another message to this one.</summary>
    private static bool HoldsHeader(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        if (end >= 0) text = text[..end];
        for (var at = text.IndexOf("EF:"u8); at >= 0; at = text.IndexOf("EF:"u8))
        {
            var isName = text[..at].EndsWith("C"u8) || text[..at].EndsWith("LE"u8);
            text = text[(at + 3)..];
            var version = text.TrimStart((byte)' ');
            if (isName && version.Length > 1 && char.IsAsciiDigit((char)version[0])
                && version[1] is (byte)'|' or (byte)'.')
                return true;
        }
        return false;
    }

    private static int TargetOf(ReadOnlySpan<byte> label, KeyedLayout layout)
    {
        foreach (var (text, name) in s_labels)
            if (System.Text.Ascii.EqualsIgnoreCase(label, text)) return layout.IndexOf(name);
        return -1;
    }
}
