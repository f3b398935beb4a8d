namespace Assist.Inputs.Formats;

/// <summary>ISO 8601 to the second, and the fraction and offset behind it.</summary>
internal static class IsoTime
{
    /// <summary>Bytes of a date and time to the second.</summary>
    public const int SecondsLength = 19;

    private const int MaxRest = 21;

    /// <summary>True where the text begins like <c>2026-11-21T10:00:00</c>.</summary>
    public static bool IsShape(ReadOnlySpan<byte> text)
    {
        var shape = "dddd-dd-ddTdd:dd:dd"u8;
        if (text.Length < shape.Length) return false;
        if (text[4] != '-') return false;
        for (var i = 0; i < shape.Length; i++)
            if (shape[i] == 'd' ? !char.IsAsciiDigit((char)text[i]) : shape[i] != text[i]) return false;
        return true;
    }

    /// <summary>The same, or with a blank for the T.</summary>
    public static bool IsDateShape(ReadOnlySpan<byte> text)
    {
        if (text.Length < SecondsLength || text[10] is not ((byte)'T' or (byte)' ')) return false;
        Span<byte> shape = stackalloc byte[SecondsLength];
        text[..SecondsLength].CopyTo(shape);
        shape[10] = (byte)'T';
        return IsShape(shape);
    }

    /// <summary>Reads <c>2026-11-21T10:00:00</c>, the beginning of what 10.0 and later write:
    /// <c>2026-11-21T10:00:00.123+01:00</c>.</summary>
    public static DateTime? ReadSeconds(ReadOnlySpan<byte> text) =>
        IsShape(text) && text.Length == SecondsLength
            ? Calendar.Create(
                Calendar.Two(text, 0) * 100 + Calendar.Two(text, 2), Calendar.Two(text, 5), Calendar.Two(text, 8),
                Calendar.Two(text, 11), Calendar.Two(text, 14), Calendar.Two(text, 17))
            : null;

    /// <summary>Reads what stands behind the seconds. The offset must be there.</summary>
    public static bool TryReadRest(ReadOnlySpan<byte> text, out TimeSpan fraction, out TimeSpan offset)
    {
        (fraction, offset) = (default, default);
        if (text.Length > MaxRest) return false;
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
        var (hours, minutes) = (Calendar.Two(text, 1), Calendar.Two(text, 4));
        if (hours is < 0 or > 14 || minutes is < 0 or > 59) return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-') offset = -offset;
        return true;
    }
}
