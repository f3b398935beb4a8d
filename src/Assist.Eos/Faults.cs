using System.Diagnostics.CodeAnalysis;

namespace Assist.Eos;

/// <summary>The nasty switches by name, for the command line: NAME or NAME=VALUE.</summary>
public static class Faults
{
    private static readonly Dictionary<string, Fault> s_faults = new(StringComparer.Ordinal)
    {
        ["directflow-disabled"] = Flag(o => o with { DirectFlowDisabled = true }),
        ["match-bytes-zero"] = Flag(o => o with { MatchBytesZero = true }),
        ["counters-disabled"] = Flag(o => o with { CountersDisabled = true }),
        ["json-omits-waiting"] = Flag(o => o with { JsonOmitsWaiting = true }),
        ["wait-for-resources"] = Flag(o => o with { WaitForResources = true }),
        ["unknown-status"] = Text("TEXT", (o, v) => o with { UnknownStatus = v }),
        ["programmed-status"] = Text("TEXT", (o, v) => o with { ProgrammedStatus = v }),
        ["refuse-incomplete"] = Flag(o => o with { RefuseIncomplete = true }),
        ["refuse-timeouts"] = Flag(o => o with { RefuseTimeouts = true }),
        ["reenter-replaces"] = Flag(o => o with { ReenteredFlowReplaces = true }),
        ["forget-expired"] = Flag(o => o with { ForgetExpired = true }),
        ["order-by-name"] = Flag(o => o with { Order = FlowOrder.Name }),
        ["order-shuffled"] = Flag(o => o with { Order = FlowOrder.Shuffled }),
        ["no-uptime"] = Flag(o => o with { NoUptime = true }),
        ["no-trident"] = Flag(o => o with { Trident = false }),
        ["no-directflow"] = Flag(o => o with { NoDirectFlow = true }),
        ["no-traffic-policies"] = Flag(o => o with { NoTrafficPolicies = true }),
        ["policy-rules"] = Number((o, v) => o with { PolicyRules = v }),
        ["policy-prefixes"] = Number((o, v) => o with { PolicyPrefixes = v }),
        ["unapplied-rule"] = Text("NAME", (o, v) => o with { UnappliedRule = v }),
        ["policies-without-ipv6"] = Flag(o => o with { PoliciesWithoutIpv6 = true }),
        ["remove-prefix"] = Flag(o => o with { PrefixRemoval = PrefixRemovalForm.Remove }),
        ["no-prefix-removal"] = Flag(o => o with { PrefixRemoval = PrefixRemovalForm.Neither }),
        ["commit-conflicts"] = Rate((o, v) => o with { CommitConflictRate = v }),
        ["commit-cost"] = Time((o, v) => o with { CommitCost = v }),
        ["port-names"] = Flag(o => o with { PortNames = true }),
        ["hide-default-rules"] = Flag(o => o with { HideDefaultRules = true }),
        ["refuse-new-parameters"] = Flag(o => o with { RefuseNewParameters = true }),
        ["string-results"] = Flag(o => o with { StringResults = true }),
        ["messages"] = Flag(o => o with { Messages = true }),
        ["warnings"] = Flag(o => o with { Warnings = true }),
        ["deny"] = Text("COMMAND", (o, v) => o with { Deny = v }),
        ["unknown-command"] = Text("COMMAND", (o, v) => o with { UnknownCommand = v }),
        ["fail"] = Text("COMMAND", (o, v) => o with { Fail = v }),
        ["lose"] = Text("COMMAND", (o, v) => o with { Lose = v }),
        ["failing-rate"] = Rate((o, v) => o with { FailingRate = v }),
        ["failing-commands"] = Rate((o, v) => o with { FailingCommandRate = v }),
        ["missing-key"] = Text("KEY", (o, v) => o with { MissingKey = v }),
        ["renamed-key"] = Text("KEY", (o, v) => o with { RenamedKey = v }),
        ["half-answers"] = Rate((o, v) => o with { HalfAnswerRate = v }),
        ["stalled-answers"] = Rate((o, v) => o with { StalledAnswerRate = v }),
        ["garbage"] = Rate((o, v) => o with { GarbageRate = v }),
        ["other-json"] = Rate((o, v) => o with { OtherJsonRate = v }),
        ["hung"] = Rate((o, v) => o with { HungRate = v }),
        ["break-off"] = Rate((o, v) => o with { BreakOffRate = v }),
        ["gateway-errors"] = Rate((o, v) => o with { GatewayErrorRate = v }),
        ["answer-delay"] = Time((o, v) => o with { AnswerDelay = v }),
        ["request-cost"] = Time((o, v) => o with { RequestCost = v }),
        ["command-cost"] = Time((o, v) => o with { CommandCost = v }),
        ["jitter"] = Time((o, v) => o with { ProgrammingJitter = v }),
        ["capacity"] = Number((o, v) => o with { Capacity = v }),
        ["ipv6-capacity"] = Number((o, v) => o with { Ipv6Capacity = v }),
        ["seed"] = Number((o, v) => o with { Seed = v }),
    };

    /// <summary>Every fault as it is written on the command line.</summary>
    public static IEnumerable<string> Names => s_faults.Select(f => f.Key + f.Value.Form);

    public static bool TryApply(SwitchOptions options, string fault, [NotNullWhen(true)] out SwitchOptions? changed)
    {
        var (name, value) = fault.Split('=', 2) is [var n, var v] ? (n, v) : (fault, null);
        changed = s_faults.TryGetValue(name, out var known) ? known.Apply(options, value) : null;
        return changed is not null;
    }

    /// <summary>"200ms", "5s", "2m".</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        (string Unit, double Milliseconds)[] units = [("ms", 1), ("s", 1000), ("m", 60_000)];
        foreach (var (unit, milliseconds) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !TryNumber(text[..^unit.Length], out var number))
                continue;
            duration = TimeSpan.FromMilliseconds(number * milliseconds);
            return true;
        }

        duration = default;
        return false;
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, null, out number) && number < 1e7;

    private static Fault Flag(Func<SwitchOptions, SwitchOptions> set) =>
        new("", (options, value) => value is null ? set(options) : null);

    private static Fault Text(string form, Func<SwitchOptions, string, SwitchOptions> set) =>
        new($"={form}", (options, value) => string.IsNullOrEmpty(value) ? null : set(options, value));

    private static Fault Rate(Func<SwitchOptions, double, SwitchOptions> set) =>
        new("[=RATE]", (options, v) => TryNumber(v ?? "1", out var rate) && rate <= 1 ? set(options, rate) : null);

    private static Fault Time(Func<SwitchOptions, TimeSpan, SwitchOptions> set) =>
        new("=TIME", (options, value) => TryDuration(value ?? "", out var time) ? set(options, time) : null);

    private static Fault Number(Func<SwitchOptions, int, SwitchOptions> set) =>
        new("=N", (options, value) => int.TryParse(value, out var number) && number >= 0 ? set(options, number) : null);

    private sealed record Fault(string Form, Func<SwitchOptions, string?, SwitchOptions?> Apply);
}
