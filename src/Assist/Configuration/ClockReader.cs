namespace Assist.Configuration;

/// <summary>firewall.clock and firewall.max_message_age: how a log's time is read, and how old it may be.</summary>
internal sealed class ClockReader(Diagnostics faults)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public TimeZoneInfo Zone(Section firewall)
    {
        if (FollowsSystem(firewall) || firewall.Scalar("clock") is not { } value) return TimeZoneInfo.Local;
        if (value.Text == "utc") return TimeZoneInfo.Utc;
        // The name becomes part of a file name, so only what such names are made of is looked up.
        var isName = value.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
        if (isName && char.IsAsciiLetter(value.Text[0])
            && TimeZoneInfo.TryFindSystemTimeZoneById(value.Text, out var zone))
            return zone;
        faults.Error(
            value.At, $"firewall.clock: \"{value.Text}\" is no time zone known here; write local, utc or a name "
            + "such as Europe/Berlin");
        return TimeZoneInfo.Local;
    }

    public static bool FollowsSystem(Section firewall) =>
        firewall.Find("clock")?.Value.Text is null or "local";

    public static TimeSpan MaxMessageAge(Section firewall) =>
        firewall.Duration("max_message_age", TimeSpan.FromMinutes(5), TimeSpan.Zero, s_day);
}
