using Assist.Flows;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>flows: lifetimes and the table.</summary>
internal sealed class FlowsReader(Diagnostics faults)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>The longest lifetime: an entry may outlive the policy that asked for it by that much.</summary>
    public static readonly TimeSpan MaxLifetime = EscalationOptions.LongestLease;

    public FlowLifetimes Lifetimes(Section flows)
    {
        var defaults = new FlowLifetimes();
        return new FlowLifetimes
        {
            Drop = Lifetime(flows.Sub("drop"), defaults.Drop),
            Bypass = Lifetime(flows.Sub("bypass"), defaults.Bypass),
            Redirect = Lifetime(flows.Sub("redirect"), defaults.Redirect),
            MaxSuffixMinutes = SuffixMinutes(flows, defaults.MaxSuffixMinutes),
        };
    }

    public TableOptions Table(Section flows)
    {
        var defaults = new TableOptions();
        var capacity = flows.Integer("capacity", 1, 1_000_000);
        var reserved = flows.Integer("reserved_for_drops", 0, 1_000_000);
        if (reserved > (capacity ?? TableOptions.DefaultCapacity))
            faults.Error(flows.Find("reserved_for_drops")!.Value.At,
                $"flows.reserved_for_drops: {reserved} is more than flows.capacity, "
                + $"{capacity ?? TableOptions.DefaultCapacity}");
        return new TableOptions
        {
            Capacity = capacity,
            ReservedForDrops = reserved,
            Drops = DropLimitsReader.Read(flows),
            DuplicateWindow = flows.Duration("duplicate_window", defaults.DuplicateWindow, TimeSpan.Zero, s_day),
            ReconcileInterval = flows.Duration(
                "reconcile_interval", defaults.ReconcileInterval, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
            LeastActive = LeastActive(flows),
            RemovesOneWayBypasses = flows.Flag("remove_one_way_bypasses", false),
            SwitchEndsEntries = flows.Flag("switch_ends_entries", true),
        };
    }

    private static LeastActive? LeastActive(Section flows)
    {
        if (flows.Find("least_active") is null) return null;
        var section = flows.Sub("least_active");
        var read = new LeastActive(
            section.Integer("at_percent", 98, 1, 100), section.Integer("remove_percent", 10, 1, 100));
        section.Done();
        return read;
    }

    /// <summary>Faults where the idle timeout could never end an entry.</summary>
    public void CheckIdle(Section section, Lifetime lifetime)
    {
        if (lifetime.Idle <= lifetime.Hard) return;
        var entry = section.Find("idle") ?? section.Find("lifetime");
        faults.Error(
            entry?.Value.At ?? section.At, $"{section.PathOf("idle")}: {Units.Write(lifetime.Idle)} is longer than the "
            + $"lifetime, {Units.Write(lifetime.Hard)}; the lifetime ends the entry first");
    }

    private Lifetime Lifetime(Section section, Lifetime fallback)
    {
        var hard = section.Duration("lifetime", fallback.Hard, s_second, MaxLifetime);
        // A default that is longer than what the file says is no fault of the file.
        var idle = fallback.Idle < hard ? fallback.Idle : hard;
        var read = new Lifetime(hard, section.Duration("idle", idle, TimeSpan.Zero, MaxLifetime));
        section.Done();
        CheckIdle(section, read);
        return read;
    }

    private int SuffixMinutes(Section flows, int fallback)
    {
        if (flows.Duration("max_name_lifetime", TimeSpan.Zero, s_day) is not { } longest) return fallback;
        if (longest.Seconds == 0) return (int)longest.TotalMinutes;
        faults.Error(flows.Find("max_name_lifetime")!.Value.At,
            "flows.max_name_lifetime: write whole minutes, as the names do; 0 disables lifetimes from rule names");
        return fallback;
    }
}
