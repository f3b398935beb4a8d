
namespace Assist.Rules;

/// <summary>How old a log is, from the firewall's clock.</summary>
internal static class MessageAge
{
    /// <summary>Positive for the past. Where the zone's clock shows a time twice (end of summer time), or has just
    /// jumped, the reading nearest to now counts: a log cannot be told to be an hour off by that alone.</summary>
    public static TimeSpan Of(DateTime logged, TimeZoneInfo zone, DateTime utcNow, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (logged.Kind == DateTimeKind.Utc) return utcNow - logged;
        var age = utcNow + zone.GetUtcOffset(utcNow) - logged;
        if (age.Duration() <= limit || !zone.SupportsDaylightSavingTime) return age;
        var nearest = Nearest(age, utcNow + zone.GetUtcOffset(logged) - logged);
        if (!zone.IsAmbiguousTime(logged)) return nearest;
        foreach (var offset in zone.GetAmbiguousTimeOffsets(logged))
            nearest = Nearest(nearest, utcNow + offset - logged);
        return nearest;
    }

    /// <summary>A stamp without a year in the year that brings it nearest to now; 29 February only where there is
    /// one.</summary>
    public static DateTime WithNearestYear(DateTime logged, DateTime utcNow)
    {
        DateTime? nearest = null;
        for (var year = utcNow.Year - 4; year <= utcNow.Year + 4; year++)
        {
            if (logged.Day > DateTime.DaysInMonth(year, logged.Month)) continue;
            var dated = new DateTime(year, logged.Month, logged.Day, 0, 0, 0, logged.Kind) + logged.TimeOfDay;
            if (nearest is not { } other || (dated - utcNow).Duration() < (other - utcNow).Duration()) nearest = dated;
        }
        return nearest ?? logged;
    }

    private static TimeSpan Nearest(TimeSpan a, TimeSpan b) => a.Duration() <= b.Duration() ? a : b;
}
