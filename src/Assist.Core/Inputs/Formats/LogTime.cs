
namespace Assist.Inputs.Formats;

/// <summary>A time as a log has it. <see cref="DateTimeKind.Utc"/> where it says its offset, else
/// unspecified.</summary>
/// <param name="Offset">The offset that stands behind it; null where none does, or the time is one of the
/// epoch.</param>
internal readonly record struct Stamp(DateTime Time, bool YearUnknown = false, TimeSpan? Offset = null);

/// <summary>The forms of time that firewalls other than PAN-OS, and syslog headers, write.</summary>
internal static class LogTime
{
    /// <summary>A leap year that stands for the year a stamp does not have.</summary>
    public const int NoYear = 2000;

    private const int MaxLength = 64;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>Reads seconds to nanoseconds of the epoch, 2026/11/21 10:00:00, ISO 8601 and Nov 21 [2026] 10:00:00.
    /// </summary>
    public static Stamp? Read(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > MaxLength) return null;
        if (text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0) return ReadEpoch(text);
        if (SlashTime.Read(text) is { } local) return new Stamp(local);
        return ReadStart(text, out var length) is { } stamp && length == text.Length ? stamp : null;
    }

    /// <summary>Reads the stamp that a text begins with: that of a syslog header, say.</summary>
    public static Stamp? ReadStart(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        text = text[..Math.Min(text.Length, MaxLength)];
        if (text.Length < 14) return null;
        return char.IsAsciiDigit((char)text[0]) ? ReadIso(text, out length) : ReadMonthName(text, out length);
    }

    /// <summary>A date such as 2026-11-21 and a time such as 10:00:00, kept in two fields, with an offset such as +0100
    /// in a third or in none.</summary>
    public static Stamp? Read(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time, ReadOnlySpan<byte> offset)
    {
        if (date.Length != 10 || time.Length is < 8 or > 24) return null;
        Span<byte> joined = stackalloc byte[48];
        date.CopyTo(joined);
        joined[10] = (byte)' ';
        time.CopyTo(joined[11..]);
        return Read(joined[..(11 + time.Length)], offset);
    }

    /// <summary>A time, and beside it the offset it stands in where it has none of its own; null where that is not
    /// one, as a time in an unknown zone is none.</summary>
    public static Stamp? Read(ReadOnlySpan<byte> text, ReadOnlySpan<byte> offset)
    {
        if (Read(text) is not { } stamp) return null;
        if (offset.IsEmpty || stamp.Time.Kind == DateTimeKind.Utc) return stamp;
        var (length, value) = Offset(offset);
        if (length == 0 || length != offset.Length) return null;
        return new Stamp(DateTime.SpecifyKind(stamp.Time - value, DateTimeKind.Utc), stamp.YearUnknown, value);
    }

    private static Stamp? ReadEpoch(ReadOnlySpan<byte> digits)
    {
        if (!long.TryParse(digits, out var value)) return null;
        var ticks = digits.Length switch
        {
            10 => value * TimeSpan.TicksPerSecond,
            13 => value * TimeSpan.TicksPerMillisecond,
            16 => value * TimeSpan.TicksPerMicrosecond,
            19 => value / TimeSpan.NanosecondsPerTick,
            _ => -1,
        };
        return ticks < 0 ? null : new Stamp(DateTime.UnixEpoch.AddTicks(ticks));
    }

    private static Stamp? ReadIso(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        if (text.Length < 19 || text[10] is not ((byte)'T' or (byte)' ')) return null;
        if (text[4] != '-' || text[7] != '-' || Calendar.Number(text[..4]) is not (>= 1970 and <= 9998 and var year))
            return null;
        if (Create(year, Calendar.Two(text, 5), Calendar.Two(text, 8), text.Slice(11, 8)) is not { } time) return null;
        length = 19;
        return WithOffset(SkipFraction(text, ref length, time), text, ref length, yearUnknown: false);
    }

    private static Stamp? ReadMonthName(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        var month = text[3] == ' ' ? Months.IndexOf(text[..3]) : -1;
        if (month < 0 || month % 3 != 0) return null;
        var at = 4;
        if (text[at] == ' ') at++;
        if (!TryWord(text, ref at, out var day) || day is < 1 or > 31) return null;
        var year = NoYear;
        var hasYear = at + 5 < text.Length && text[at + 4] == ' ';
        if (hasYear && !TryWord(text, ref at, out year)) return null;
        if (year is < 1970 or > 9998 || at + 8 > text.Length) return null;
        if (Create(year, month / 3 + 1, day, text.Slice(at, 8)) is not { } time) return null;
        length = at + 8;
        return WithOffset(SkipFraction(text, ref length, time), text, ref length, yearUnknown: !hasYear);
    }

    private static bool TryWord(ReadOnlySpan<byte> text, ref int at, out int number)
    {
        var end = text[at..].IndexOf((byte)' ');
        number = end is > 0 and <= 4 ? Calendar.Number(text.Slice(at, end)) : -1;
        at += end + 1;
        return number >= 0;
    }

    private static DateTime SkipFraction(ReadOnlySpan<byte> text, ref int at, DateTime time)
    {
        if (at >= text.Length || text[at] != '.') return time;
        var unit = TimeSpan.TicksPerSecond;
        var ticks = 0L;
        for (at++; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
            ticks += (text[at] - '0') * (unit /= 10);
        return time.AddTicks(ticks);
    }

    // Z, GMT, UTC, UTC+10:00, +01, +0100 or +01:00; a blank may stand before it.
    private static Stamp? WithOffset(DateTime time, ReadOnlySpan<byte> text, ref int at, bool yearUnknown)
    {
        var rest = text[at..];
        var blank = rest.Length > 0 && rest[0] == ' ' ? 1 : 0;
        var (length, offset) = Offset(rest[blank..]);
        // An offset that cannot be read is not the same as none.
        if (length == 0 && blank == 0 && rest.Length > 0 && rest[0] is (byte)'+' or (byte)'-') return null;
        if (length == 0) return new Stamp(time, yearUnknown);
        at += blank + length;
        return new Stamp(DateTime.SpecifyKind(time - offset, DateTimeKind.Utc), yearUnknown, offset);
    }

    private static (int Length, TimeSpan Offset) Offset(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("Z"u8)) return (1, TimeSpan.Zero);
        var name = text.StartsWith("GMT"u8) || text.StartsWith("UTC"u8) ? 3 : 0;
        var (length, offset) = SignedOffset(text[name..]);
        return length > 0 || name > 0 ? (name + length, offset) : default;
    }

    // +1, +01, +1:00, +0100 or +01:00.
    private static (int Length, TimeSpan Offset) SignedOffset(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] is not ((byte)'+' or (byte)'-')) return default;
        var digits = text.Length > 2 && char.IsAsciiDigit((char)text[2]) ? 2 : 1;
        var hours = Calendar.Number(text.Slice(1, digits));
        var at = 1 + digits;
        var colon = text.Length > at && text[at] == ':' ? 1 : 0;
        var minutes = text.Length >= at + colon + 2 && (colon == 1 || digits == 2)
            ? Calendar.Number(text.Slice(at + colon, 2))
            : -1;
        if (hours is < 0 or > 14 || minutes > 59) return default;
        var offset = new TimeSpan(hours, Math.Max(0, minutes), 0);
        return (minutes < 0 ? at : at + colon + 2, text[0] == '-' ? -offset : offset);
    }

    private static DateTime? Create(int year, int month, int day, ReadOnlySpan<byte> clock) =>
        clock[2] == ':' && clock[5] == ':'
            ? Calendar.Create(year, month, day, Calendar.Two(clock, 0), Calendar.Two(clock, 3), Calendar.Two(clock, 6))
            : null;
}
