using System.Globalization;

namespace Assist.LiveView;

/// <summary>Numbers and times in few columns.</summary>
internal static class Amounts
{
    private const string Units = "kMGTP";

    /// <summary>Such as 950 or 1.2M, in 5 columns at most.</summary>
    public static string Count(long? count)
    {
        if (count is not { } known) return "-";
        var (value, unit) = ((double)known, -1);
        while (value >= 999.5 && unit < Units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return unit < 0 ? known.ToString(CultureInfo.InvariantCulture)
            : value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + Units[unit];
    }

    /// <summary>A rate, with a tenth where it is small.</summary>
    public static string Rate(double? rate) => rate switch
    {
        null => "-",
        < 99.95 => rate.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => Count((long)rate.Value),
    };

    /// <summary>Such as 45s, 29m, 17h or 12d, in 4 columns at most for less than 1000 days.</summary>
    public static string Time(long? seconds) => seconds switch
    {
        null => "-",
        < 0 => "0s",
        < 100 => $"{seconds}s",
        < 6000 => $"{seconds / 60}m",
        < 360_000 => $"{seconds / 3600}h",
        _ => $"{seconds / 86_400}d",
    };

    public static string Milliseconds(double? milliseconds) => milliseconds switch
    {
        null => "-",
        >= 10_000 => $"{(milliseconds.Value / 1000).ToString("0.0", CultureInfo.InvariantCulture)} s",
        _ => $"{milliseconds.Value.ToString("0.0", CultureInfo.InvariantCulture)} ms",
    };
}
