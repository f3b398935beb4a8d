namespace Assist;

/// <summary>What an operator reads on a clock, and gives an order by.</summary>
internal static class WallClock
{
    /// <summary>For people, in local time.</summary>
    public static string Text(DateTimeOffset at) => $"{at.ToLocalTime():yyyy-MM-dd HH:mm:ss}";

    /// <summary>What is left of a time, and never more than it was given: the clock may have been set back
    /// since.</summary>
    public static TimeSpan Left(DateTimeOffset since, DateTimeOffset until, DateTimeOffset now) =>
        until - (now < since ? since : now);
}
