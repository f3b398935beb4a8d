
namespace Assist.Inputs.Formats.PanOs;

/// <summary>The forms of time in PAN-OS logs. The default form has neither zone nor fraction and is the firewall's
/// local time; re-exported logs carry <c>9/16/19 10:00</c>.</summary>
internal static class PanOsTime
{
    /// <summary>Bytes of a date and time to the second, as ISO 8601 has them.</summary>
    public const int IsoSecondsLength = 19;

    private const int MaxIsoRest = 21;

    private static ReadOnlySpan<byte> Separators => "// ::"u8;

    /// <summary>True for the default form and the re-exported one, also where no such day exists.</summary>
    public static bool IsLocalShape(ReadOnlySpan<byte> text)
    {
        Span<int> numbers = stackalloc int[6];
        return ReadNumbers(text, numbers) >= 5;
    }

    /// <summary>True where the text begins like <c>2026-11-21T10:00:00</c>.</summary>
    public static bool IsIsoShape(ReadOnlySpan<byte> text)
    {
        var shape = "dddd-dd-ddTdd:dd:dd"u8;
        if (text.Length < shape.Length) return false;
        if (text[4] != '-') return false;
        for (var i = 0; i < shape.Length; i++)
            if (shape[i] == 'd' ? !char.IsAsciiDigit((char)text[i]) : shape[i] != text[i]) return false;
        return true;
    }

    /// <summary>Null where it is no time, or none that exists (0000/00/00, 2026/02/30).</summary>
    public static DateTime? ReadLocal(ReadOnlySpan<byte> text)
    {
        Span<int> n = stackalloc int[6];
        n.Clear();
        if (ReadNumbers(text, n) < 5) return null;
        var firstSlash = text.IndexOf((byte)'/');
        return firstSlash == 4
            ? Create(n[0], n[1], n[2], n[3], n[4], n[5])
            : Create(n[2] < 100 ? 2000 + n[2] : n[2], n[0], n[1], n[3], n[4], n[5]);
    }

    /// <summary>Reads <c>2026-11-21T10:00:00</c>, the beginning of what 10.0 and later write:
    /// <c>2026-11-21T10:00:00.123+01:00</c>.</summary>
    public static DateTime? ReadIsoSeconds(ReadOnlySpan<byte> text) =>
        IsIsoShape(text) && text.Length == IsoSecondsLength
            ? Create(Two(text, 0) * 100 + Two(text, 2), Two(text, 5), Two(text, 8), Two(text, 11), Two(text, 14), Two(text, 17))
            : null;

    /// <summary>Reads what stands behind the seconds. The offset must be there.</summary>
    public static bool TryReadIsoRest(ReadOnlySpan<byte> text, out TimeSpan fraction, out TimeSpan offset)
    {
        (fraction, offset) = (default, default);
        if (text.Length > MaxIsoRest) return false;
        if (text.Length > 0 && text[0] == '.')
        {
            long ticks = 0, unit = TimeSpan.TicksPerSecond;
            for (text = text[1..]; text.Length > 0 && char.IsAsciiDigit((char)text[0]); text = text[1..])
                ticks += (text[0] - '0') * (unit /= 10);
            fraction = new TimeSpan(ticks);
        }
        return TryReadOffset(text, out offset);
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.SequenceEqual("Z"u8)) return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        var (hours, minutes) = (Two(text, 1), Two(text, 4));
        if (hours is < 0 or > 14 || minutes is < 0 or > 59) return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-') offset = -offset;
        return true;
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
            numbers[i] = Number(text.Slice(at, digits));
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
        var (century, year) = (Two(text, 0), Two(text, 2));
        (numbers[1], numbers[2]) = (Two(text, 5), Two(text, 8));
        (numbers[3], numbers[4], numbers[5]) = (Two(text, 11), Two(text, 14), Two(text, 17));
        numbers[0] = century * 100 + year;
        return (century | year | numbers[1] | numbers[2] | numbers[3] | numbers[4] | numbers[5]) >= 0;
    }

    // Negative where they are not two digits.
    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        var (tens, ones) = ((uint)text[at] - '0', (uint)text[at + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)(tens * 10 + ones) : -1;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            value = value * 10 + (digit - '0');
        }
        return value;
    }

    private static DateTime? Create(int year, int month, int day, int hour, int minute, int second) =>
        year is >= 1970 and <= 9998 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
        && hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and < 60
            ? new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified)
            : null;
}
