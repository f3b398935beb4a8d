using System.Text.Json.Serialization;
using Assist.Flows;
using Assist.State;
using Assist.Telemetry;

namespace Assist.Control;

/// <summary>What `status --json` prints: how the daemon is, and what has passed it.</summary>
internal sealed record StatusReport : RecordStatus
{
    public required string Health { get; init; }
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>How many of them there are of each kind.</summary>
    public required IReadOnlyDictionary<string, int> ProblemKinds { get; init; }

    /// <summary>Null while the daemon acts on verdicts.</summary>
    public Pause? Paused { get; init; }

    /// <summary>What no drop may touch.</summary>
    public required IReadOnlyList<ProtectedStatus> Protected { get; init; }

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

/// <summary>What is recorded, and told to other systems.</summary>
internal abstract record RecordStatus : TrafficStatus
{
    /// <summary>Null where none is kept.</summary>
    public AuditStatus? Audit { get; init; }

    /// <summary>Null where nobody is told.</summary>
    public IReadOnlyList<EventSinkStatus>? Events { get; init; }
}

/// <summary>What has come in, from whom, and what has become of it.</summary>
internal abstract record ReceptionStatus
{
    public required long Received { get; init; }
    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }
    public required IReadOnlyDictionary<string, TransportStatus> Transports { get; init; }

    /// <summary>At most 64, and then those that are counted together.</summary>
    public required IReadOnlyList<SenderStatus> Senders { get; init; }

    /// <summary>At most 64, by the numbers that firewalls give to their logs; null where none are numbered.</summary>
    public IReadOnlyList<SequenceStatus>? Sequences { get; init; }

    /// <summary>What listeners refused before it was a message, or cut, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>What the kernel refused before we saw it, since the daemon started.</summary>
    public required KernelStatus Kernel { get; init; }
    public required IReadOnlyList<string> Listeners { get; init; }
    public required int Connections { get; init; }

    /// <summary>How far transports are trusted, and what that has changed.</summary>
    public required TrustStatus Trust { get; init; }
}

/// <summary>What has come, and what became of it. <see cref="Received"/> is the sum of <see cref="Outcomes"/> once
/// nothing is on its way between a receiving thread and the flow table (<see cref="QueueLength"/> is 0).</summary>
internal abstract record TrafficStatus : ReceptionStatus
{
    public required SwitchStatus Switch { get; init; }
    public required TableStatus Table { get; init; }

    /// <summary>Null where drops are not escalated.</summary>
    public EscalationStatus? Escalation { get; init; }

    /// <summary>The rules with <c>shadow: true</c>, in their order; null where there are none.</summary>
    public IReadOnlyList<TrialStatus>? Trials { get; init; }
    public required int QueueLength { get; init; }
    public required ReactionStatus Reaction { get; init; }

    /// <summary>Null where nothing is announced by BGP.</summary>
    public FlowSpecStatus? FlowSpec { get; init; }
}

/// <summary>The record of who changed which flow: since the start of the daemon, records that were written and that
/// were lost.</summary>
/// <param name="Hash">Of the last record.</param>
/// <param name="Fault">Why the last records were not written.</param>
internal sealed record AuditStatus(string File, long Written, long Lost, string? Hash, string? Fault);

/// <summary>One receiver of events: since the start of the daemon, how many it has taken, how often sending failed, how
/// many it has refused for good, and how many were left out; those that wait.</summary>
/// <param name="Sink"><c>syslog</c>, <c>webhook</c> or <c>file</c>.</param>
/// <param name="Fault">Why the last one was not taken.</param>
internal sealed record EventSinkStatus(
    string Sink, string Target, long Sent, long Failed, long Refused, long LeftOut, int Waiting, string? Fault);

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

/// <summary>What the numbers of one firewall's logs of one type have shown since the start.</summary>
internal sealed record SequenceStatus(
    string Serial, string Type, long Received, long Missing, long Repeated, long Restarted);

/// <summary>Of the whole network namespace, whoever it was for.</summary>
internal sealed record KernelStatus(long ListenOverflows, long ReversePathFiltered);

/// <summary>Of drops since the start: those that were narrowed, refused because they could not be narrowed, and repeats
/// that did not extend one.</summary>
/// <param name="Udp"><c>full</c> or <c>limited</c>, as the others.</param>
/// <param name="Tcp">Also of TLS without a verified certificate.</param>
internal sealed record TrustStatus(string Udp, string Tcp, long Narrowed, long Refused, long NotExtended);

/// <summary>From a message to its flow being read back as programmed, since the start.</summary>
/// <param name="MeanMs">Null while there was none.</param>
/// <param name="P99Ms">Upper bound of the class in which the 99th percentile lies; null where it has none.</param>
internal sealed record ReactionStatus(long Flows, double? MeanMs, double? P99Ms)
{
    public static ReactionStatus Of(Histogram reaction)
    {
        var counts = reaction.Cumulative();
        if (counts[^1] == 0) return new ReactionStatus(0, null, null);
        var bucket = 0;
        while (bucket < Histogram.Bounds.Count && counts[bucket] < counts[^1] * 0.99) bucket++;
        double? high = bucket < Histogram.Bounds.Count ? Histogram.Bounds[bucket] * 1000 : null;
        return new ReactionStatus(counts[^1], Math.Round(reaction.SumInSeconds / counts[^1] * 1000, 3), high);
    }
}

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
