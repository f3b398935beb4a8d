using System.Globalization;

namespace Assist.Configuration;

/// <summary>Durations, sizes and percentages as the file writes them.</summary>
internal static class Units
{
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        if (text.Length < 2 || !TryCount(text.AsSpan(0, text.Length - 1), out var count)) return false;
        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        duration = TimeSpan.FromSeconds(count * seconds);
        return seconds > 0;
    }

    /// <summary>The shortest way to write it, in whole seconds.</summary>
    public static string Write(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds == 0) return "0";
        if (seconds % 86_400 == 0) return $"{seconds / 86_400}d";
        if (seconds % 3600 == 0) return $"{seconds / 3600}h";
        return seconds % 60 == 0 ? $"{seconds / 60}m" : $"{seconds}s";
    }

    /// <summary>Bytes, with K, M or G for the powers of 1024.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length == 0) return false;
        var shift = text[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        if (!TryCount(shift > 0 ? text.AsSpan(0, text.Length - 1) : text, out var count)) return false;
        bytes = count << shift;
        return true;
    }

    public static bool TryPercent(string text) =>
        text.Length is > 0 and <= 6
        && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1])
        && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent <= 100;

    // Nine digits: no count overflows once it is multiplied by a unit.
    private static bool TryCount(ReadOnlySpan<char> text, out long count)
    {
        count = 0;
        return text.Length is > 0 and <= 9
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }
}
