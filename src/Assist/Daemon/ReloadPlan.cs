using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Guards;
using Assist.Pipeline;
using Assist.Rules;

namespace Assist.Daemon;

/// <summary>What a reload changes, and which parts of the daemon that concerns.</summary>
internal sealed class ReloadPlan
{
    // What neither flows nor decisions depend on.
    private const string Health = "health";

    private readonly Admission _admission;
    private readonly TableOptions _options;
    private readonly HashSet<string> _rulesGone;

    public ReloadPlan(DaemonParts parts, AssistConfig read, TargetCapabilities capabilities)
    {
        var before = parts.Config;
        Change = ConfigurationChange.Of(parts.Running, read);
        Changes = [.. ConfigurationDifference.Of(before.Source, read.Source)
            .Select(value => new ChangedValue(value.Key, value.Before, value.After))];
        _admission = parts.AdmissionOf(Change.InForce, capabilities);
        _options = Stages.TableOptions(Change.InForce, capabilities);
        _rulesGone = RulesGone(before.Decisions.Rules, Change.InForce.Decisions.Rules);
        var decides = Change.Applied.Any(key => !ConfigurationChange.IsIn(key, Health));
        TouchesTable = decides;
        TouchesSenders = !before.Syslog.Senders.SequenceEqual(Change.InForce.Syslog.Senders)
            || !before.Syslog.Pins.SequenceEqual(Change.InForce.Syslog.Pins);
        TouchesPipeline = decides || !before.Decisions.Clock.Equals(Change.InForce.Decisions.Clock);
    }

    public ConfigurationChange Change { get; }

    public IReadOnlyList<ChangedValue> Changes { get; }

    public bool TouchesTable { get; }

    public bool TouchesSenders { get; }

    /// <summary>Also where the zone of this machine, by which times are judged, is another one now.</summary>
    public bool TouchesPipeline { get; }

    public DecisionPipeline Pipeline() => Stages.Pipeline(Change.InForce, _admission);

    /// <summary>Names of the flows that the new configuration does not allow or ask for; the table ends the
    /// same.</summary>
    public IReadOnlyList<string> Revoked(FlowTable table) =>
    [
        .. table.Flows.Where(flow => !_admission.MayStay(flow.Identity) || !IsAsked(flow))
            .Select(flow => StatusView.NameOf(flow.Entries)),
    ];

    /// <summary>Ends them, and gives the table its new limits and times.</summary>
    public IReadOnlyList<string> Reconfigure(FlowTable table, TimeSpan now)
    {
        var names = Revoked(table);
        table.Reconfigure(_options, _admission.MayStay, now, IsAsked);
        return names;
    }

    private bool IsAsked(FlowRecord flow) => !_rulesGone.Contains(flow.Verdict.Rule);

    // A rule that does something else now does not ask for its flows any more either.
    private static HashSet<string> RulesGone(IEnumerable<RuleOptions> before, IReadOnlyList<RuleOptions> next) =>
    [
        .. before.Where(old => !next.Any(rule => rule.Name == old.Name && rule.Action == old.Action && !rule.Shadow))
            .Select(old => old.Name),
    ];
}
