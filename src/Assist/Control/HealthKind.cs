namespace Assist.Control;

/// <summary>The kinds of problems and notices, as metrics and scripts have them.</summary>
internal static class HealthKind
{
    public const string LoopStuck = "loop_stuck";
    public const string DryRun = "dry_run";
    public const string Paused = "paused";
    public const string Clearing = "clearing";
    public const string PauseNotKept = "pause_not_kept";
    public const string AllowancesNotKept = "allowances_not_kept";
    public const string ProtectedUnknown = "protected_unknown";
    public const string Switch = "switch";
    public const string FlowSpec = "flow_spec";
    public const string StateUnknown = "state_unknown";
    public const string StaticFlowsMissing = "static_flows_missing";
    public const string StaticFlowsStale = "static_flows_stale";
    public const string StaticFlowsAltered = "static_flows_altered";
    public const string StaticFlowsContradict = "static_flows_contradict";
    public const string Certificate = "certificate";
    public const string Log = "log";
    public const string Audit = "audit";
    public const string Events = "events";
    public const string FlowsRefused = "flows_refused";
    public const string NotProgrammed = "not_programmed";
    public const string TableFilling = "table_filling";
    public const string BlastRadius = "blast_radius";
    public const string TableFull = "table_full";
    public const string TableShort = "table_short";
    public const string LimitLearned = "limit_learned";
    public const string RemovalsRefused = "removals_refused";
    public const string Configuration = "configuration";
    public const string SenderSilent = "sender_silent";
    public const string LogsStale = "logs_stale";
    public const string LogsMalformed = "logs_malformed";
    public const string LogsWithoutInterface = "logs_without_interface";
    public const string LogsOfOtherSerial = "logs_of_other_serial";
    public const string LogsRefused = "logs_refused";
    public const string LogsWithoutRule = "logs_without_rule";
    public const string SendersRefused = "senders_refused";
    public const string ClockMoved = "clock_moved";
    public const string ZoneChanged = "zone_changed";

    /// <summary>Kinds that health depends on. Beside them there are notices.</summary>
    public static IReadOnlyList<string> Problems { get; } =
    [
        LoopStuck, Paused, Clearing, PauseNotKept, AllowancesNotKept, ProtectedUnknown, Switch, FlowSpec, StateUnknown,
        StaticFlowsMissing, StaticFlowsStale, StaticFlowsAltered, StaticFlowsContradict, Certificate, Log, Audit,
        Events, FlowsRefused, NotProgrammed, TableFilling, BlastRadius, TableFull, TableShort, LimitLearned,
        RemovalsRefused, Configuration, SenderSilent, LogsStale, LogsMalformed, LogsWithoutInterface,
        LogsOfOtherSerial, LogsRefused,
        SendersRefused, ClockMoved, ZoneChanged,
    ];
}
