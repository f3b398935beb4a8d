namespace Assist.Inputs.Formats;

/// <summary>Digits as numbers, and numbers as a time that exists.</summary>
internal static class Calendar
{
    /// <summary>The number of two digits; negative where they are none.</summary>
    public static int Two(ReadOnlySpan<byte> text, int at)
    {
        var (tens, ones) = ((uint)text[at] - '0', (uint)text[at + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)(tens * 10 + ones) : -1;
    }

    /// <summary>-1 where they are no digits.</summary>
    public static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            value = value * 10 + (digit - '0');
        }
        return value;
    }

    /// <summary>Null where there is no such time, and before 1970.</summary>
    public static DateTime? Create(int year, int month, int day, int hour, int minute, int second) =>
        year is >= 1970 and <= 9998 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
        && hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and < 60
            ? new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified)
            : null;
}
