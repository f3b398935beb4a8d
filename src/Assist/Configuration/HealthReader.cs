using Assist.Addresses;

namespace Assist.Configuration;

/// <summary>When status calls senders a problem.</summary>
public sealed record HealthOptions
{
    /// <summary>A sender that is silent for longer, and for ten times as long as is usual for it, is a problem; zero
    /// never makes it one.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whose silence is none, such as a standby firewall's.</summary>
    public IReadOnlyList<IpPrefix> MayBeSilent { get; init; } = [];

    /// <summary>A problem where more of a sender's messages are refused, 1 to 100 percent; 0 never makes it
    /// one.</summary>
    public int RefusedPercent { get; init; } = 50;
}

/// <summary>health: when status calls senders a problem.</summary>
internal sealed class HealthReader(Diagnostics faults)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    public HealthOptions Read(Section health)
    {
        var defaults = new HealthOptions();
        var read = new HealthOptions
        {
            Silence = health.Duration("silence", defaults.Silence, TimeSpan.Zero, s_longest),
            MayBeSilent = ListenerReader.Prefixes(health, "may_be_silent", faults),
            RefusedPercent = health.Integer("refused_percent", defaults.RefusedPercent, 0, 100),
        };
        health.Done();
        // Looked at every few seconds.
        if (read.Silence > TimeSpan.Zero && read.Silence < s_shortest)
            faults.Error(health.Find("silence")!.Value.At, "health.silence: write at least 10s, or 0 to turn it off");
        return read;
    }
}
