using System.Text;

namespace Assist.LiveView;

internal enum Key { Letter, Up, Down, PageUp, PageDown, Home, End, Enter, Escape, Backspace }

/// <summary>A key of the terminal.</summary>
/// <param name="Letter">What it writes; empty for the others.</param>
internal readonly record struct KeyPress(Key Key, string Letter = "")
{
    private const byte EscapeByte = 0x1b;
    private const byte Rubout = 0x7f;

    /// <summary>What a terminal sends for keys (xterm's control sequences, and VT220's); others are left out.</summary>
    public static IEnumerable<KeyPress> Read(byte[] sent)
    {
        var at = 0;
        while (at < sent.Length)
        {
            if (sent[at] == EscapeByte && at + 1 < sent.Length && sent[at + 1] is (byte)'[' or (byte)'O')
            {
                var end = at + 2;
                while (end < sent.Length && sent[end] is < 0x40 or > 0x7e) end++;
                var sequence = Encoding.ASCII.GetString(sent, at + 2, Math.Min(end + 1, sent.Length) - at - 2);
                if (OfSequence(sequence) is { } key) yield return new KeyPress(key);
                at = end + 1;
                continue;
            }
            Rune.DecodeFromUtf8(sent.AsSpan(at), out var rune, out var length);
            if (OfByte(sent[at]) is { } control) yield return new KeyPress(control);
            else if (!Rune.IsControl(rune)) yield return new KeyPress(Key.Letter, rune.ToString());
            at += length;
        }
    }

    private static Key? OfByte(byte sent) => sent switch
    {
        EscapeByte => Key.Escape,
        (byte)'\r' or (byte)'\n' => Key.Enter,
        Rubout or (byte)'\b' => Key.Backspace,
        _ => null,
    };

    private static Key? OfSequence(string sequence) => sequence switch
    {
        "A" => Key.Up,
        "B" => Key.Down,
        "H" or "1~" or "7~" => Key.Home,
        "F" or "4~" or "8~" => Key.End,
        "5~" => Key.PageUp,
        "6~" => Key.PageDown,
        _ => null,
    };
}
