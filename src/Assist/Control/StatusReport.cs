using System.Text.Json.Serialization;
using Assist.Flows;
using Assist.Rules;
using Assist.State;

namespace Assist.Control;

/// <summary>What `status --json` prints: how the daemon is, and what has passed it.</summary>
internal sealed record StatusReport : TrafficStatus
{
    public required string Health { get; init; }
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>How many of them there are of each kind.</summary>
    public required IReadOnlyDictionary<string, int> ProblemKinds { get; init; }

    /// <summary>Null while the daemon acts on verdicts.</summary>
    public Pause? Paused { get; init; }

    /// <summary>What no drop may touch.</summary>
    public required IReadOnlyList<ProtectedStatus> Protected { get; init; }

    /// <summary>Null where none is kept.</summary>
    public AuditStatus? Audit { get; init; }

    /// <summary>What may become a problem, or explain one; health does not depend on it.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
    public required string Version { get; init; }
    public required int Pid { get; init; }
    public required long UptimeS { get; init; }
    public required string Configuration { get; init; }
    public required ConfigurationStatus ConfigurationState { get; init; }
    public required string Mode { get; init; }
    public required string Format { get; init; }

    /// <summary>Until the first certificate of each use ends; negative after that.</summary>
    public required IReadOnlyDictionary<string, long> CertificatesLeftS { get; init; }

    [JsonIgnore]
    public bool IsHealthy => Health == "healthy";
}

/// <summary>What has come, and what became of it. <see cref="Received"/> is the sum of <see cref="Outcomes"/> once
/// nothing is on its way between a receiving thread and the flow table (<see cref="QueueLength"/> is 0).</summary>
internal abstract record TrafficStatus
{
    public required long Received { get; init; }
    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }
    public required IReadOnlyDictionary<string, TransportStatus> Transports { get; init; }

    /// <summary>At most 64, and then those that are counted together.</summary>
    public required IReadOnlyList<SenderStatus> Senders { get; init; }

    /// <summary>What listeners refused before it was a message, or cut, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>What the kernel refused before we saw it, since the daemon started.</summary>
    public required KernelStatus Kernel { get; init; }
    public required IReadOnlyList<string> Listeners { get; init; }
    public required int Connections { get; init; }

    /// <summary>How far transports are trusted, and what that has changed.</summary>
    public required TrustStatus Trust { get; init; }
    public required SwitchStatus Switch { get; init; }
    public required TableStatus Table { get; init; }

    /// <summary>Null where drops are not escalated.</summary>
    public EscalationStatus? Escalation { get; init; }

    /// <summary>The rules with <c>shadow: true</c>, in their order; null where there are none.</summary>
    public IReadOnlyList<TrialStatus>? Trials { get; init; }
    public required int QueueLength { get; init; }
}

/// <summary>The record of who changed which flow: since the start of the daemon, records that were written and that
/// were lost.</summary>
/// <param name="Hash">Of the last record.</param>
/// <param name="Fault">Why the last records were not written.</param>
internal sealed record AuditStatus(string File, long Written, long Lost, string? Hash, string? Fault);

/// <summary>Addresses that no drop may touch, and why.</summary>
/// <param name="From"><c>protect.never_drop</c>, <c>protect.learn.</c> and the source, or <c>allow</c>.</param>
/// <param name="Until">Null where it has no end.</param>
internal sealed record ProtectedStatus(string Address, string From)
{
    public const string Configured = "protect.never_drop";
    public const string Learnt = "protect.learn";
    public const string ByOperator = "allow";

    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public string? User { get; init; }
    public string? Reason { get; init; }

    public static ProtectedStatus Of(Allowance allowance) => new(allowance.Address, ByOperator)
    {
        Since = allowance.Since,
        Until = allowance.Until,
        User = allowance.By,
        Reason = allowance.Reason,
    };

    /// <summary>For people, in local time.</summary>
    public override string ToString() => $"{Address}{(Until is { } until
        ? $" until {WallClock.Text(until)}" : "")}, {From}"
        + (User is null ? "" : $" by {User}") + (Reason is null ? "" : $" ({Reason})");
}

/// <summary>What is in force beside what the file says now.</summary>
/// <param name="Changed">The file does not say any more what it said when it was read.</param>
/// <param name="Sets">What each --set says.</param>
/// <param name="NeedRestart">Keys whose values in the file take effect at the next start.</param>
/// <param name="Fault">Why the last reload was refused.</param>
internal sealed record ConfigurationStatus(
    bool Changed, IReadOnlyList<string> Sets, IReadOnlyList<string> NeedRestart, string? Fault);

internal sealed record TransportStatus(long Received, IReadOnlyDictionary<string, long> Outcomes);

/// <summary>One sender; its transports are those that it was heard by.</summary>
/// <param name="Sender">Its address, or <c>others</c>.</param>
internal sealed record SenderStatus(
    string Sender, long Received, long? LastMessageAgoS, IReadOnlyDictionary<string, SenderTransport> Transports);

internal sealed record SenderTransport(
    long Received, long LastMessageAgoS, IReadOnlyDictionary<string, long> Outcomes);

/// <summary>Of the whole network namespace, whoever it was for.</summary>
internal sealed record KernelStatus(long ListenOverflows, long ReversePathFiltered);

/// <summary>Of drops since the start: those that were narrowed, refused because they could not be narrowed, and repeats
/// that did not extend one.</summary>
/// <param name="Udp"><c>full</c> or <c>limited</c>, as the others.</param>
/// <param name="Tcp">Also of TLS without a verified certificate.</param>
internal sealed record TrustStatus(string Udp, string Tcp, long Narrowed, long Refused, long NotExtended);

internal sealed record SwitchStatus(string Endpoint, bool Reachable, string Hostname, string Model, string Version);

/// <summary>Drops in the table that came back after they ended, drops that would be known if they came back, and why
/// they would not after a restart.</summary>
internal sealed record EscalationStatus(int Escalated, int Remembered, string? Fault);

internal sealed record TableStatus
{
    /// <summary>True where nothing of it is written to the switch.</summary>
    public bool? DryRun { get; init; }
    public required int Capacity { get; init; }

    /// <summary>Less than the capacity where the switch has refused entries for lack of room.</summary>
    public required int Limit { get; init; }

    /// <summary>Entries of our flows, and those that are not ours to change (static and foreign).</summary>
    public required int Entries { get; init; }
    public required int OtherEntries { get; init; }
    public required int DropsLeft { get; init; }
    public required int BypassesLeft { get; init; }

    /// <summary>What drops and bypasses have of the entries, and what they may have.</summary>
    public required SharesStatus Shares { get; init; }

    /// <summary>Messages with outcome over_limit since the start, by the limit that refused them.</summary>
    public required IReadOnlyDictionary<string, long> OverLimit { get; init; }

    /// <summary>Flows by action and state.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Flows { get; init; }

    /// <summary>Flows that left the table since the start, by action and reason.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Ended { get; init; }

    /// <summary>Packets that the switch counted in flows since the start, by action.</summary>
    public required IReadOnlyDictionary<string, long> Packets { get; init; }

    /// <summary>What readings of the switch have found since the start.</summary>
    public required IReadOnlyDictionary<string, long> Totals { get; init; }
}

/// <summary>In entries.</summary>
internal sealed record SharesStatus(int Denials, int DenialLimit, int Threats, int Bypasses, int BypassFloor);

/// <summary>A question or an order to the daemon: one JSON object on one line.</summary>
internal sealed record ControlRequest
{
    /// <summary>Asks what a reload would change.</summary>
    public const string ReloadPlan = "reload_plan";

    public required string Command { get; init; }
    public FlowFilter? Filter { get; init; }
    public bool DryRun { get; init; }

    /// <summary>An operator's own words for `pause` and `panic`.</summary>
    public string? Reason { get; init; }

    /// <summary>How many at most, for `refused`; null is all.</summary>
    public int? Last { get; init; }

    /// <summary>For how long `pause` and `allow` hold, and how far back `undo` goes.</summary>
    public long? Seconds { get; init; }

    /// <summary>Never taken from the caller's own words.</summary>
    [JsonIgnore]
    public Caller Caller { get; init; } = Caller.Daemon;
}

/// <summary>Which flows; a part that is null does not restrict.</summary>
internal sealed record FlowFilter
{
    public string? Name { get; init; }
    public string? Address { get; init; }
    public string? Rule { get; init; }
    public string? Action { get; init; }
}

/// <summary>Answers to questions, which change nothing.</summary>
internal abstract record ControlFindings
{
    public StatusReport? Status { get; init; }
    public WhyReport? Why { get; init; }
    public TrialsReport? Trials { get; init; }

    /// <summary>The latest first.</summary>
    public IReadOnlyList<RefusedStatus>? Refused { get; init; }
}

/// <summary>The daemon's answer: one JSON object on one line.</summary>
internal sealed record ControlResponse : ControlFindings
{
    public const string NotConfirmed =
        "the switch has not confirmed every removal; look with `assist monitor --once`";

    public string? Error { get; init; }
    public int? Pid { get; init; }

    /// <summary>Why what is told may not be what the switch holds.</summary>
    public string? Problem { get; init; }

    /// <summary>Null while the daemon acts on verdicts.</summary>
    public Pause? Paused { get; init; }

    public IReadOnlyList<FlowStatus>? Flows { get; init; }

    /// <summary>The last flows that left the table, the latest first.</summary>
    public IReadOnlyList<FlowStatus>? Ended { get; init; }
    public TableStatus? Table { get; init; }
    public IReadOnlyList<string>? Deleted { get; init; }

    /// <summary>True where <see cref="Deleted"/> names entries of the switch and not flows: without the daemon nobody
    /// knows which belong together.</summary>
    [JsonIgnore]
    public bool AreEntries { get; init; }

    /// <summary>False where the switch has not confirmed within the time a caller would wait.</summary>
    public bool? Confirmed { get; init; }

    public ReloadReport? Reload { get; init; }

    /// <summary>What no drop may touch because an operator allows it.</summary>
    public IReadOnlyList<ProtectedStatus>? Allowed { get; init; }
}

/// <summary>A message that was refused.</summary>
/// <param name="Time">UTC, as in ISO 8601.</param>
/// <param name="Line">Its beginning; what is invisible in it is escaped.</param>
internal sealed record RefusedStatus(
    string Time, string Outcome, string Transport, string Sender, string Reason, string Line);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlResponse))]
[JsonSerializable(typeof(TrialsReport))]
internal sealed partial class ControlJson : JsonSerializerContext;
