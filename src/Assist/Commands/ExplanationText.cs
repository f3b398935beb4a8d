using Assist.Configuration;
using Assist.Flows;
using Assist.Logging;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.FlowSpec;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Commands;

/// <summary>One explanation for people. Whatever a message said is shown with its control characters escaped.</summary>
internal static class ExplanationText
{
    public static void Write(TextWriter output, Explanation explanation)
    {
        var hint = explanation.Outcome == Outcome.Stale ? " (--any-age explains it all the same)" : "";
        var reason = Printable.Of(explanation.Reason);
        output.WriteLine($"line {explanation.Line}: {Counters.Name(explanation.Outcome)}: {reason}{hint}");
        output.WriteLine($"  header: {explanation.Header}");
        if (explanation.Message is null) output.WriteLine($"  format: {explanation.Format}");
        if (explanation.Message is { } message)
        {
            foreach (var (name, value) in message.Fields())
                if (value is not null) output.WriteLine($"  {name}: {Printable.Of(value.ToString()!)}");
        }
        if (explanation.Flows.OfType<FlowEntry>().Any(flow => flow.Match.Vlan != 0))
            output.WriteLine("  vlan: the number of the sub-interface is taken for the VLAN tag; if your tags differ, "
                + "set firewall.vlan_in_interface: false");
        if (explanation.Escalation.Count > 0)
            output.WriteLine($"  lifetime: {Lifetime(explanation.Flows[0])}; of a drop that comes back after it ended: "
                + string.Join(", ", explanation.Escalation.Select(Units.Write)));
        if (explanation.Limits is { } limits)
            output.WriteLine($"  class: {explanation.Class}; {Words(limits)}");
        if (explanation.Rules.Count > 0) output.WriteLine("  rules:");
        foreach (var rule in explanation.Rules)
            output.WriteLine($"    {rule.Rule}: {Verb(rule)}: {Printable.Of(rule.Why)}");
        foreach (var trial in explanation.Trials)
            output.WriteLine($"  on trial: {trial.Rule} would have made of it: {Counters.Name(trial.Outcome)}: "
                + Printable.Of(trial.Text));
        if (explanation.Commands.Count > 0) output.WriteLine("  commands:");
        foreach (var command in explanation.Commands) output.WriteLine($"    {command.Text}");
        if (explanation.Announcement is not { } announced) return;
        output.WriteLine(announced.Withheld == Withheld.None ? "  announced by BGP FlowSpec:"
            : $"  not announced by BGP FlowSpec: {announced.Withheld.Words()}");
        if (announced.Withheld != Withheld.None) return;
        output.WriteLine($"    EOS: {RuleText.OfEos(announced.Match)}");
        output.WriteLine($"    GoBGP: {RuleText.OfGobgp(announced.Match)}");
    }

    private static string Verb(RuleCheck rule) => rule switch
    {
        { Fired: false } => "does not fire",
        { IsShadow: true } => "would fire, is on trial",
        _ => "fires",
    };

    // 0 is no limit.
    private static string Words(DropLimits limits) => string.Join(
        ", ",
        new[]
        {
            limits.PerSource > 0 ? $"a source holds {limits.PerSource} entries" : "",
            limits.PortsPerPair > 0 ? $"a pair of addresses {limits.PortsPerPair} denied ports" : "",
            $"all denials {limits.DenialShare} % of the table",
        }.Where(words => words.Length > 0));

    private static string Lifetime(TargetEntry flow) => Units.Write(TimeSpan.FromSeconds(flow.Timeouts.Hard));
}
