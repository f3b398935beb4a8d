namespace Assist.Inputs.Formats;

/// <summary>The times of PAN-OS that have neither zone nor fraction, in the firewall's local time: the default form,
/// and <c>9/16/19 10:00</c> of re-exported logs.</summary>
internal static class SlashTime
{
    private static ReadOnlySpan<byte> Separators => "// ::"u8;

    /// <summary>True for both forms, also where no such day exists.</summary>
    public static bool IsShape(ReadOnlySpan<byte> text)
    {
        Span<int> numbers = stackalloc int[6];
        return ReadNumbers(text, numbers) >= 5;
    }

    /// <summary>Null where it is no time, or none that exists (0000/00/00, 2026/02/30).</summary>
    public static DateTime? Read(ReadOnlySpan<byte> text)
    {
        Span<int> n = stackalloc int[6];
        n.Clear();
        if (ReadNumbers(text, n) < 5) return null;
        var firstSlash = text.IndexOf((byte)'/');
        return firstSlash == 4
            ? Calendar.Create(n[0], n[1], n[2], n[3], n[4], n[5])
            : Calendar.Create(n[2] < 100 ? 2000 + n[2] : n[2], n[0], n[1], n[3], n[4], n[5]);
    }

    /// <summary>How many numbers of "a/b/c d:e[:f]" were read; 0 where anything else stands there.</summary>
    private static int ReadNumbers(ReadOnlySpan<byte> text, Span<int> numbers)
    {
        if (TryReadDefault(text, numbers)) return 6;
        var at = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            var digits = text[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 0) digits = text.Length - at;
            if (digits is 0 or > 4) return 0;
            numbers[i] = Calendar.Number(text.Slice(at, digits));
            at += digits;
            if (at == text.Length) return i + 1;
            if (i == Separators.Length || text[at++] != Separators[i]) return 0;
        }
        return 0;
    }

    // 2026/11/21 10:00:00, of which every log has several: at a stretch.
    private static bool TryReadDefault(ReadOnlySpan<byte> text, Span<int> numbers)
    {
        if (text.Length != 19 || numbers.Length != 6) return false;
        if (text[4] != '/' || text[7] != '/' || text[10] != ' ' || text[13] != ':' || text[16] != ':') return false;
        var (century, year) = (Calendar.Two(text, 0), Calendar.Two(text, 2));
        (numbers[1], numbers[2]) = (Calendar.Two(text, 5), Calendar.Two(text, 8));
        (numbers[3], numbers[4], numbers[5]) = (Calendar.Two(text, 11), Calendar.Two(text, 14), Calendar.Two(text, 17));
        numbers[0] = century * 100 + year;
        return (century | year | numbers[1] | numbers[2] | numbers[3] | numbers[4] | numbers[5]) >= 0;
    }
}
