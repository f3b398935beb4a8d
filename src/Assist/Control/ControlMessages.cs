using System.Text.Json.Serialization;
using Assist.State;

namespace Assist.Control;

/// <summary>A question or an order to the daemon: one JSON object on one line.</summary>
internal sealed record ControlRequest
{
    /// <summary>Asks what a reload would change.</summary>
    public const string ReloadPlan = "reload_plan";

    /// <summary>Sets the level of the log, or asks for it.</summary>
    public const string LogLevel = "log_level";

    public required string Command { get; init; }
    public FlowFilter? Filter { get; init; }
    public bool DryRun { get; init; }

    /// <summary>An operator's own words for `pause` and `panic`.</summary>
    public string? Reason { get; init; }

    /// <summary>How many at most, for `refused`; null is all.</summary>
    public int? Last { get; init; }

    /// <summary>Of `top`.</summary>
    public TopQuestion? Top { get; init; }

    /// <summary>Whose orders, for `audit`.</summary>
    public string? User { get; init; }

    /// <summary>UTC; `undo` leaves what was begun later.</summary>
    public DateTime? BegunBy { get; init; }

    /// <summary>For how long `pause`, `allow` and `log-level` hold, and how far back `undo` goes.</summary>
    public long? Seconds { get; init; }

    /// <summary>Of the daemon's log; null asks for it.</summary>
    public string? Level { get; init; }

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
    public FlowReport? Flow { get; init; }
    public WhyReport? Why { get; init; }
    public TrialsReport? Trials { get; init; }
    public TopReport? Top { get; init; }
    public CanaryReport? Canary { get; init; }
    public LogLevelStatus? LogLevel { get; init; }

    /// <summary>The latest first.</summary>
    public IReadOnlyList<RefusedStatus>? Refused { get; init; }

    /// <summary>Records as they stand in the file, the latest last.</summary>
    public IReadOnlyList<string>? Audit { get; init; }
}

/// <summary>The daemon's answer: one JSON object on one line.</summary>
internal sealed record ControlResponse : ControlFindings
{
    public const string NotConfirmed =
        "the switch has not confirmed every removal; look with `assist monitor --once`";

    public string? Error { get; init; }

    /// <summary>True where the caller has no right to what it asks; the error says so.</summary>
    public bool? IsDenied { get; init; }
    public int? Pid { get; init; }

    /// <summary>Why what is told may not be what the switch holds.</summary>
    public string? Problem { get; init; }

    /// <summary>Null while the daemon acts on verdicts.</summary>
    public Pause? Paused { get; init; }

    /// <summary>True where no pause holds any more.</summary>
    public bool? Resumed { get; init; }

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

/// <summary>Which lines the daemon writes.</summary>
/// <param name="Configured">What holds after a restart, and when the time is over.</param>
/// <param name="Until">UTC; null where it has no end.</param>
internal sealed record LogLevelStatus(string Level, string Configured, DateTime? Until);

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
[JsonSerializable(typeof(TopReport))]
[JsonSerializable(typeof(TrialsReport))]
[JsonSerializable(typeof(EventStatus))]
[JsonSerializable(typeof(FlowPage))]
[JsonSerializable(typeof(FlowReport))]
[JsonSerializable(typeof(TrendReport))]
internal sealed partial class ControlJson : JsonSerializerContext;
