using System.Buffers.Text;

namespace Assist.Inputs.Formats;

/// <summary>How much a session has carried, as the log of its end says.</summary>
public static class SessionBytes
{
    private static readonly string[] s_both = ["Bytes", "bytes", "TotalBytes"];

    // Each direction has a field of its own: FortiGate, CEF, vArmour, LEEF.
    private static readonly (string Sent, string Received)[] s_pairs =
    [
        ("sentbyte", "rcvdbyte"), ("out", "in"), ("c2s-bytes", "s2c-bytes"), ("srcBytes", "dstBytes"),
        ("FTNTFGTsentbyte", "FTNTFGTrcvdbyte"),
    ];

    /// <summary>In both directions; null where the log does not say.</summary>
    public static long? Of(SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Layout is not { } layout) return null;
        foreach (var name in s_both)
            if (Number(log, layout, name) is { } bytes) return bytes;
        foreach (var (sent, received) in s_pairs)
            if (Number(log, layout, sent) is { } there && Number(log, layout, received) is { } back)
                return there + back;
        return null;
    }

    private static long? Number(SessionLog log, FieldLayout layout, string name)
    {
        var index = layout.IndexOf(name);
        return index >= 0 && log.Look(index, out var text) == FieldState.Whole
            && Utf8Parser.TryParse(text, out long number, out var read) && read == text.Length
            && number is >= 0 and < long.MaxValue / 2 ? number : null;
    }
}
