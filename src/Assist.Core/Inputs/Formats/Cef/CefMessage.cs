using Assist.Inputs.Formats.Keyed;
using Assist.Outputs.DirectFlow;

namespace Assist.Inputs.Formats.Cef;

/// <summary>The header of a CEF message: seven fields between bars, then the extension.</summary>
internal readonly ref struct CefStart
{
    private const int MaxHeader = 1024;

    public int Body { get; private init; }
    public Range Vendor { get; private init; }
    public Range Signature { get; private init; }
    public Range Name { get; private init; }
    public int Extension { get; private init; }
    public string Header { get; private init; }
    public string? Fault { get; private init; }

    /// <summary>Takes <c>CEF:0|</c>, <c>CEF: 0|</c> or, where a collector has cut it, a message that begins with
    /// <c>0|</c>, if nothing before it looks like another format.</summary>
    public static CefStart Find(ReadOnlySpan<byte> text)
    {
        if (!SyslogHeader.TrySkipPri(text, out var body, out var hasPri)) return None("the PRI is not <0> to <191>");
        var from = SyslogHeader.SkipStructuredData(text, body) - body;
        var rest = text.Slice(body, Math.Min(from + MaxHeader, text.Length - body));
        var bar = from + rest[from..].IndexOfAny("|={\"\n"u8);
        if (bar < Math.Max(from, 1) || rest[bar] != '|' || !char.IsAsciiDigit((char)rest[bar - 1])) return None(NoCef);
        var prefix = rest[..(bar - 1)].TrimEnd((byte)' ');
        if (!prefix.IsEmpty)
        {
            if (!prefix.EndsWith("CEF:"u8)) return None(NoCef);
            prefix = SyslogHeader.WithoutByteOrderMark(prefix[..^4]);
        }
        if (!prefix.IsEmpty && prefix[^1] is not ((byte)' ' or (byte)':' or (byte)'\t')) return None(NoCef);
        if (!SyslogHeader.IsHeader(prefix)) return None("more than a header before CEF:0|");

        Span<int> bars = stackalloc int[7];
        bars[0] = body + bar;
        for (var i = 1; i < bars.Length; i++)
            if ((bars[i] = NextBar(text, bars[i - 1] + 1)) < 0) return None("the CEF header has fewer than seven fields");
        return new CefStart
        {
            Body = body,
            Vendor = (bars[0] + 1)..bars[1],
            Signature = (bars[3] + 1)..bars[4],
            Name = (bars[4] + 1)..bars[5],
            Extension = bars[6] + 1,
            Header = SyslogHeader.Shape(prefix, hasPri),
        };
    }

    private const string NoCef = "no CEF:0| in the message";

    private static int NextBar(ReadOnlySpan<byte> text, int at)
    {
        for (; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '|') return at;
        }
        return -1;
    }

    private static CefStart None(string fault) => new() { Header = "none", Fault = fault };
}

/// <summary>What the CEF of every vendor shares: its keys, and fields whose meaning a label beside them gives.</summary>
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
    ];

    public static ParseFault? Fill(ReadOnlySpan<byte> text, in CefStart start, KeyedLayout layout, SessionLog log)
    {
        if (HoldsHeader(text[start.Vendor.Start..])) return new ParseFault("a second message begins in this one");
        var reader = new PairReader(text, start.Extension, PairStyle.Escaped);
        if (KeyedSession.Fill(ref reader, text, PairStyle.Escaped, layout, log) is { } fault) return fault;
        for (var slot = 0; slot < SlotCount; slot++)
        {
            // A value and its label stand side by side: where one is missing or cut, nobody knows what was labelled.
            if (log.Has(2 * slot) != log.Has(2 * slot + 1) || log.IsCutAt(2 * slot + 1)) log.IsCut = true;
            if (slot >= FirstAddress && log.Has(2 * slot) != log.Has(2 * slot + 1))
                return new ParseFault("an address without its label, or a label without its address", Key: layout.KeyOf(2 * slot));
            if (log.Has(2 * slot) && TargetOf(log.Field(2 * slot + 1), layout) is var target and >= 0
                && log.Field(target).IsEmpty)
                log.CopyField(2 * slot, target);
        }
        // The standard's third and fourth IPv6 address, under labels that nobody knows.
        return IsOnlyIn(SourceSlot, layout.Source, log) ?? IsOnlyIn(DestinationSlot, layout.Destination, log);

        ParseFault? IsOnlyIn(int slot, int target, SessionLog log) => log.Field(target).IsEmpty && !log.Field(slot).IsEmpty
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
            if (isName && version.Length > 1 && char.IsAsciiDigit((char)version[0]) && version[1] is (byte)'|' or (byte)'.') return true;
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
