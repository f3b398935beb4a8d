using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Keyed;
using Assist.Outputs.DirectFlow;
using Assist.Rules;
using Microsoft.Extensions.Logging;

namespace Assist.Configuration;

/// <summary>The configuration file, with --set over it, as typed options; or everything that is wrong with
/// it.</summary>
public sealed class ConfigurationLoader
{
    public const string DefaultFormat = "pan-os";

    // A misspelt key may stand in a misspelt section.
    private const int MostReadings = 8;

    private static readonly string[] s_formats =
    [
        DefaultFormat, "fortigate", "check-point", "varmour", "cyphort", "cef", "leef", "pan-cloud", "auto",
        FieldMapReader.FormatName,
    ];

    private readonly Diagnostics _faults = new();
    private readonly Func<string, IMessageFormat?> _formats;
    private readonly string _path;
    private readonly FilePaths _paths;

    private ConfigurationLoader(string path, Func<string, IMessageFormat?> formats)
    {
        (_path, _formats) = (path, formats);
        _paths = new FilePaths(path, _faults);
    }

    /// <param name="sets">What each --set says: key.path=value.</param>
    /// <param name="formats">The message format of that name, or null where there is none.</param>
    public static ConfigurationResult Load(
        string path, IReadOnlyList<string> sets, Func<string, IMessageFormat?> formats)
    {
        if (TextFile.Read(path, out var fault) is { } text) return Parse(text, path, sets, formats);
        var hint = fault != TextFile.Missing ? "" : $"; name the file with --config or ${ConfigurationFile.Variable}";
        return new ConfigurationResult(null, [new ConfigurationError(path, 0, 0, $"{fault}{hint}")], []);
    }

    /// <summary>The same for text at hand; <paramref name="path"/> stands in errors and is what file names are relative
    /// to.</summary>
    public static ConfigurationResult Parse(
        string text, string path, IReadOnlyList<string> sets, Func<string, IMessageFormat?> formats)
    {
        var loader = new ConfigurationLoader(path, formats);
        var config = loader.Read(text, sets);
        var faults = loader._faults;
        return new ConfigurationResult(faults.HasErrors ? null : config, faults.Errors, faults.Warnings)
        {
            // A mended text is a guess that nothing may rest on.
            Readable = faults.IsMended ? null : config,
        };
    }

    private AssistConfig? Read(string text, IReadOnlyList<string> sets)
    {
        var begin = new Position(_path, 1, 1);
        var node = YamlReader.Read(text, begin, _faults);
        if (node is null) return null;
        if (node.IsEmpty || node is { Kind: NodeKind.Map, Entries.Count: 0 })
        {
            node = new ConfigNode(NodeKind.Map, begin);
            if (sets.Count == 0)
            {
                _faults.Error(
                    begin, "the file is empty; `assist init --force` writes one with the switch's ports in it, or "
                    + "begin with one of the examples, such as assist.yaml");
                return null;
            }
        }
        if (node.Kind != NodeKind.Map)
        {
            if (node.Kind != NodeKind.Broken) _faults.Error(node.At, "the configuration must be keys and values");
            return null;
        }
        foreach (var set in sets) Overrides.Apply(node, set, _faults);
        _faults.Settle();
        var config = Config(new Section(node, begin, "", _faults), SourceOf(node, text, sets));
        for (var i = 0; i < MostReadings && _faults.Mend(); i++)
            config = Config(new Section(node, begin, "", _faults), SourceOf(node, text, sets));
        return config;
    }

    private ConfigurationSource SourceOf(ConfigNode node, string text, IReadOnlyList<string> sets) =>
        new(_path, text, sets, ConfigurationSource.ValuesOf(node)) { Places = ConfigurationSource.PlacesOf(node) };

    private AssistConfig Config(Section root, ConfigurationSource source)
    {
        var listeners = new ListenerReader(_paths, _faults);
        var firewall = root.Sub("firewall");
        var formatName = firewall.Text("format") ?? DefaultFormat;
        var fields = formatName == FieldMapReader.FormatName ? new FieldMapReader(_faults).Read(firewall) : null;
        var format = formatName == FieldMapReader.FormatName
            ? fields is null ? null : new CustomFormat(fields)
            : Format(firewall, formatName);
        // Where the logs name no interfaces a bypass is programmed for both directions, and needs no firewall_port.
        var interfaces = Interfaces(firewall, formatName);
        var flows = root.Sub("flows");
        var enforcement = new SwitchReader(_paths, _faults).Read(root.Sub("switch"), root.Sub("traffic_policy"));
        var topology = new WiringReader(_faults).Read(
            root, flows, withPort: interfaces != InterfaceUse.Ignored, enforcement.Output);
        var decisions = Decisions(root, firewall, flows, format, topology.Mode) with
        {
            Interfaces = interfaces,
            Ports = new FirewallPorts(topology.A.FirewallPort, topology.B.FirewallPort),
            CanBypass = topology.Mode == OperatingMode.Shunt,
        };
        var config = new AssistConfig
        {
            Source = source,
            Logs = new FirewallLogs(formatName, fields, ClockReader.FollowsSystem(firewall)),
            Topology = topology,
            Listeners = listeners.Listeners(root),
            Syslog = listeners.Syslog(firewall, root.Sub("limits")),
            Decisions = decisions with { Trust = TrustReader.Read(firewall) },
            Protect = new ProtectReader(_faults).Read(root.Sub("protect")),
            Table = Table(flows, topology.Mode),
            Escalation = new EscalationReader(_faults).Read(flows),
            Enforcement = enforcement with { FlowSpec = new FlowSpecReader(_paths, _faults).Read(root) },
            Control = new ControlReader(_paths, _faults).Read(root.Sub("control")),
            Hardening = Hardening(root.Sub("hardening")),
            Log = Log(root.Sub("log")) with { Audit = AuditOptions.Read(root.Sub("audit"), _paths) },
            Health = new HealthReader(_faults).Read(root.Sub("health")),
            Outward = new HttpReader(_paths, _faults).Web(root) with
            {
                Events = new EventsReader(_paths, _faults).Read(root),
            },
        };
        new SenderReader(_faults).Check(config, format, firewall);
        new TrustReader(_faults).Warn(config, root, firewall);
        new FlowSpecReader(_paths, _faults).Check(config, root);
        firewall.Done();
        flows.Done();
        root.Done();
        return config;
    }

    // Only a bypass tells the table what the firewall allows.
    private TableOptions Table(Section flows, OperatingMode mode)
    {
        var table = new FlowsReader(_faults).Table(flows);
        return table with { Drops = table.Drops with { MergesPorts = mode == OperatingMode.Shunt } };
    }

    private static InterfaceUse Interfaces(Section firewall, string format) => firewall.Flag("interfaces_in_log") switch
    {
        true => InterfaceUse.Required,
        false => InterfaceUse.Ignored,
        null => format is "check-point" or "cyphort" ? InterfaceUse.Ignored : InterfaceUse.AsLogged,
    };

    private IMessageFormat? Format(Section firewall, string name)
    {
        var format = _formats(name);
        if (format is null)
            _faults.Error(firewall.Find("format")?.Value.At ?? firewall.At,
                $"firewall.format: this version does not read \"{name}\""
                + (s_formats.Contains(name) ? "" : Nearest.Hint(name, s_formats)));
        // Rules are judged by the format that was probably meant.
        return format ?? (Nearest.Find(name, s_formats) is { } near ? _formats(near) : null);
    }

    private DecisionOptions Decisions(
        Section root, Section firewall, Section flows, IMessageFormat? format, OperatingMode mode)
    {
        var reader = new FlowsReader(_faults);
        var lifetimes = reader.Lifetimes(flows);
        var rules = new RuleReader(format, mode, lifetimes, reader, _faults)
        {
            CanAnnounce = root.Find(FlowSpecReader.Name) is not null,
        };
        var faultsBefore = _faults.Count;
        var decisions = new DecisionOptions
        {
            Rules = root.Subs("rules") is { } sections ? rules.Read(sections) : DefaultRules.For(format?.Name ?? ""),
            Lifetimes = lifetimes,
            Marking = new MarkingReader(_faults).Read(root.Sub("marking")),
            Clock = new ClockReader(_faults).Zone(firewall),
            OffsetInLog = firewall.Flag("offset_in_log", true),
            VlanInInterface = firewall.Flag("vlan_in_interface", true),
            MaxMessageAge = ClockReader.MaxMessageAge(firewall),
            RetractsAtEnd = flows.Flag("retract_at_end", true),
        };
        // What rules with mistakes will do is not known.
        if (_faults.Count > faultsBefore) return decisions;
        if (root.Find("rules") is { } own) CheckPurpose(decisions.Rules, mode, own);
        else if (mode == OperatingMode.Shunt && format is not null) CheckDefaults(decisions.Rules, format, root);
        return decisions;
    }

    private void CheckDefaults(IReadOnlyList<RuleOptions> rules, IMessageFormat format, Section root)
    {
        if (rules.Count > 0 && rules.All(rule => rule.Action != RuleAction.Bypass))
            _faults.Warn(
                root.Find("mode")?.Value.At ?? root.At, $"no default rule of format {format.Name} bypasses, so in mode "
                + "shunt every allowed session stays on the firewall; write rules, or take mode inline");
    }

    // Rules replace the safe defaults, which is easily forgotten.
    private void CheckPurpose(IReadOnlyList<RuleOptions> rules, OperatingMode mode, ConfigEntry entry)
    {
        // What is no list, and an entry that is no rule, is reported where it is read.
        if (rules.Count == 0 && !entry.Value.IsEmpty && entry.Value is not { Kind: NodeKind.List, Items.Count: 0 })
            return;
        if (rules.Count == 0)
            _faults.Warn(
                entry.At, "rules is empty, so nothing will ever be done; remove the key to take the safe defaults");
        else if (mode == OperatingMode.Shunt && rules.All(rule => rule.Action != RuleAction.Bypass || rule.Shadow))
            _faults.Warn(
                entry.At, "no rule bypasses, so in mode shunt every allowed session stays on the firewall; "
                + "rules replace the safe defaults, of which one bypasses: remove the key to take them, "
                + "or add a rule that bypasses");
    }

    private HardeningOptions Hardening(Section section)
    {
        var read = new HardeningOptions
        {
            StormControlBroadcast = Percent(section, "storm_control_broadcast"),
            StormControlMulticast = Percent(section, "storm_control_multicast"),
        };
        section.Done();
        return read;
    }

    private string Percent(Section section, string key)
    {
        if (section.Scalar(key) is not { } value) return "0.1";
        if (!Units.TryPercent(value.Text))
            _faults.Error(
                value.At, $"{section.PathOf(key)}: \"{value.Text}\" is not a percentage from 0 to 100, such as 0.1");
        return value.Text;
    }

    private LogOptions Log(Section section)
    {
        var defaults = new LogOptions();
        var read = new LogOptions
        {
            Level = section.Choice("level", defaults.Level, LogLevelWords.All),
            Format = section.Choice(
                "format", defaults.Format, ("text", LogFormat.Text), ("json", LogFormat.Json)),
            File = _paths.ToMake(section, "file", "assist.log"),
            MaxFileSize = section.Size("max_file_size", defaults.MaxFileSize, 65_536, 1 << 30),
            KeepFiles = section.Integer("keep_files", defaults.KeepFiles, 1, 100),
        };
        section.Done();
        return read;
    }
}
