using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.FlowSpec;
using Assist.Rules;
using Microsoft.Extensions.Logging;

namespace Assist.Configuration;

/// <summary>The whole configuration: nothing but the sum of what each stage asks for.</summary>
public sealed record AssistConfig
{
    public required ConfigurationSource Source { get; init; }
    public required FirewallLogs Logs { get; init; }
    public required Topology Topology { get; init; }
    public required IReadOnlyList<ListenerOptions> Listeners { get; init; }
    public required SyslogOptions Syslog { get; init; }
    public required DecisionOptions Decisions { get; init; }

    public required ProtectOptions Protect { get; init; }

    /// <summary>protect.never_drop.</summary>
    public ProtectedSet NeverDrop => Protect.NeverDrop;
    public required TableOptions Table { get; init; }
    public EscalationOptions Escalation { get; init; } = new();
    public required EnforcementOptions Enforcement { get; init; }

    /// <summary>How the switch is reached.</summary>
    public EapiOptions Eapi
    {
        get => Enforcement.Eapi;
        init => Enforcement = Enforcement with { Eapi = value };
    }

    /// <summary>flow_spec; null announces nothing.</summary>
    public FlowSpecOptions? FlowSpec => Enforcement.FlowSpec;
    public ControlOptions Control { get; init; } = new();
    public HardeningOptions Hardening { get; init; } = new();
    public LogOptions Log { get; init; } = new();
    public HealthOptions Health { get; init; } = new();

    /// <summary>What it serves and tells.</summary>
    public OutwardOptions Outward { get; init; } = new();
}

/// <summary>What the firewall's logs look like.</summary>
/// <param name="Format">Name of their format.</param>
/// <param name="Fields">The field map of format <c>custom</c>; null with every other.</param>
/// <param name="FollowsSystemZone">True where their times are in the time zone of this machine, also when that
/// changes.</param>
public sealed record FirewallLogs(string Format, CustomFields? Fields, bool FollowsSystemZone);

/// <summary>Where the commands reach the daemon, and where it keeps what must outlive it.</summary>
public sealed record ControlOptions
{
    public string Socket { get; init; } = "/run/assist/control.sock";
    public string StateDirectory { get; init; } = ConfigurationFile.StateDirectory;

    /// <summary>Members of this group may ask what the daemon does, and change nothing; null gives nobody but its user
    /// and root a right.</summary>
    public string? ReadGroup { get; init; }

    /// <summary>Open the listeners' ports for the senders in the local packet filter, and close them again.</summary>
    public bool OpenPorts { get; init; }
}

/// <summary>How a line of the log is written.</summary>
public enum LogFormat { Text, Json }

/// <summary>The daemon's own log.</summary>
public sealed record LogOptions
{
    public LogLevel Level { get; init; } = LogLevel.Information;
    public LogFormat Format { get; init; }

    /// <summary>Null logs to standard output only.</summary>
    public string? File { get; init; }

    /// <summary>In bytes; then a new file is begun.</summary>
    public long MaxFileSize { get; init; } = 5 << 20;
    public int KeepFiles { get; init; } = 3;

    /// <summary>What is kept of changes and orders, beside the log.</summary>
    public AuditOptions Audit { get; init; } = new();
}
