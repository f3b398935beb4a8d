using Assist.Configuration;
using Assist.Inputs.Syslog;

namespace Assist.Daemon;

/// <summary>The configuration that the daemon goes by. Replaced as a whole; read by any thread.</summary>
internal sealed class RunningConfiguration(AssistConfig first)
{
    private volatile AssistConfig _config = first;
    private volatile IReadOnlyList<string> _waiting = [];
    private volatile Compared? _compared;

    public AssistConfig Config => _config;

    /// <summary>What the parts that a reload leaves alone were made of.</summary>
    public ConfigurationSource AtStart { get; } = first.Source;

    /// <summary>Keys whose values in the file take effect at the next start.</summary>
    public IReadOnlyList<string> NeedRestart => _waiting;

    /// <summary>False while the file says what the configuration in force was read from. It is read again only if its
    /// stamp is another one: this is asked every few seconds.</summary>
    public bool HasFileChanged()
    {
        var (source, stamp) = (_config.Source, FileStamp.Of(_config.Source.File));
        if (_compared is { } known && ReferenceEquals(known.Source, source) && known.Stamp == stamp)
            return known.HasChanged;
        var compared = new Compared(source, stamp, source.HasChanged());
        _compared = compared;
        return compared.HasChanged;
    }

    public void Replace(AssistConfig config, IReadOnlyList<string> needRestart) =>
        (_config, _waiting) = (config, needRestart);

    private sealed record Compared(ConfigurationSource Source, string Stamp, bool HasChanged);
}

/// <summary>What of a configuration that was read again comes into force while the daemon runs.</summary>
/// <param name="InForce">The new one, with the old values of what needs a restart.</param>
internal sealed record ConfigurationChange(
    AssistConfig InForce, IReadOnlyList<string> Applied, IReadOnlyList<string> NeedRestart,
    IReadOnlyList<string> NeedSetup)
{
    private const string SetupSection = "hardening";

    // Sections that the pipeline, the senders and the table take while they work.
    private static readonly string[] s_replaceable = ["firewall", "rules", "protect", "marking", "flows", "health"];

    // Of those, what a part was built with.
    private static readonly string[] s_built =
        ["flows.rewrite_vlan", "flows.switch_ends_entries", "flows.reconcile_interval", "flows.escalation"];

    public static ConfigurationChange Of(RunningConfiguration running, AssistConfig read)
    {
        var changed = running.Config.Source.ChangedKeys(read.Source);
        return new ConfigurationChange(
            WithoutWhatWaits(running.Config, read),
            [.. changed.Where(IsReplaceable)],
            [.. running.AtStart.ChangedKeys(read.Source).Where(NeedsRestart)],
            [.. changed.Where(key => IsIn(key, SetupSection))]);
    }

    private static AssistConfig WithoutWhatWaits(AssistConfig running, AssistConfig read) => running with
    {
        Source = read.Source,
        Logs = read.Logs,
        Syslog = running.Syslog with { Senders = read.Syslog.Senders, Pins = read.Syslog.Pins },
        Decisions = read.Decisions with
        {
            Ports = running.Decisions.Ports,
            CanBypass = running.Decisions.CanBypass,
        },
        Protect = read.Protect,
        Health = read.Health,
        Table = read.Table with
        {
            SwitchEndsEntries = running.Table.SwitchEndsEntries,
            ReconcileInterval = running.Table.ReconcileInterval,
        },
    };

    private static bool NeedsRestart(string key) => !IsReplaceable(key) && !IsIn(key, SetupSection);

    private static bool IsReplaceable(string key) =>
        Array.Exists(s_replaceable, section => IsIn(key, section)) && !Array.Exists(s_built, built => IsIn(key, built));

    /// <summary>True for a section and for every key in it.</summary>
    public static bool IsIn(string key, string section) =>
        key == section || key.StartsWith(section + ".", StringComparison.Ordinal);
}
