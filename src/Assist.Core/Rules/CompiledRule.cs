using System.Text;
using Assist.Inputs.Formats;

namespace Assist.Rules;

/// <summary>What the rules made of a message: the one that fired, or null. A message that was cut before a field a rule
/// asks for ends the search, as that rule might have been an exception to the next one.</summary>
internal readonly record struct RuleFinding(RuleOptions? Rule, bool IsCut)
{
    /// <summary>Rules on trial before it that would have fired; null where there are none.</summary>
    public IReadOnlyList<RuleOptions>? OnTrial { get; init; }
}

/// <summary>The rules that messages of one layout are tried on.</summary>
internal sealed class RulesOfLayout(CompiledRule[] rules)
{
    private readonly bool _hasTrials = Array.Exists(rules, rule => rule.Options.Shadow);

    /// <summary>The fields that any of them looks at.</summary>
    public int[] Fields { get; } =
        [.. rules.SelectMany(rule => rule.Conditions).Select(condition => condition.Field).Distinct().Order()];

    public RuleFinding Find(SessionLog log)
    {
        if (_hasTrials) return FindBesideTrials(log);
        foreach (var rule in rules)
        {
            var result = rule.Try(log);
            if (result == RuleResult.Fires) return new RuleFinding(rule.Options, IsCut: false);
            if (result == RuleResult.Cut) return new RuleFinding(null, IsCut: true);
        }
        return default;
    }

    // What a rule on trial makes of a message, cut or not, is no matter to any other rule.
    private RuleFinding FindBesideTrials(SessionLog log)
    {
        List<RuleOptions>? onTrial = null;
        foreach (var rule in rules)
        {
            var result = rule.Try(log);
            if (result == RuleResult.Fails) continue;
            if (!rule.Options.Shadow)
                return result == RuleResult.Fires
                    ? new RuleFinding(rule.Options, IsCut: false) { OnTrial = onTrial }
                    : new RuleFinding(null, IsCut: true) { OnTrial = onTrial };
            if (result == RuleResult.Fires) (onTrial ??= []).Add(rule.Options);
        }
        return new RuleFinding(null, IsCut: false) { OnTrial = onTrial };
    }
}

/// <summary>What one rule made of one message.</summary>
internal enum RuleResult
{
    /// <summary>A field is missing, or has none of the patterns in it.</summary>
    Fails,
    Fires,

    /// <summary>The message ends before or within a field that decides, so nobody knows.</summary>
    Cut,
}

/// <summary>A rule with its fields' places in one layout.</summary>
internal sealed record CompiledRule(RuleOptions Options, (int Field, FieldPattern[] Patterns)[] Conditions)
{
    public static CompiledRule? For(RuleOptions rule, FieldLayout layout)
    {
        if (rule.When.Any(condition => layout.IndexOf(condition.Field) < 0)) return null;
        return new CompiledRule(rule, [.. rule.When.Select(condition => (
            layout.IndexOf(condition.Field),
            condition.Patterns.Select(pattern => new FieldPattern(pattern)).ToArray()))]);
    }

    public RuleResult Try(SessionLog log)
    {
        var isCut = false;
        foreach (var (field, patterns) in Conditions)
        {
            var state = log.Look(field, out var text);
            if (state == FieldState.Cut) isCut = true;
            else if (state == FieldState.Absent || !AnyMatches(patterns, text)) return RuleResult.Fails;
        }
        return isCut ? RuleResult.Cut : RuleResult.Fires;
    }

    /// <summary>The first condition that fails, or else the first that the message's end leaves open.</summary>
    public string Words(SessionLog log)
    {
        var open = "";
        for (var i = 0; i < Conditions.Length; i++)
        {
            var (field, patterns) = Conditions[i];
            var name = Options.When[i].Field;
            if (log.IsCutAt(field))
            {
                if (open.Length == 0)
                    open = $"the message may be cut before or within {name}: no rule behind this one is tried";
                continue;
            }
            if (!log.Has(field)) return $"the message has no {name}";
            if (AnyMatches(patterns, log.Field(field))) continue;
            var expected = string.Join(" | ", Options.When[i].Patterns);
            return $"{name} is \"{Encoding.UTF8.GetString(log.Field(field))}\", not {expected}";
        }
        return open.Length > 0 ? open : "all its fields match";
    }

    // Without patterns the message only has to have the field.
    private static bool AnyMatches(FieldPattern[] patterns, ReadOnlySpan<byte> field)
    {
        if (patterns.Length == 0) return true;
        foreach (var pattern in patterns)
            if (pattern.IsMatch(field)) return true;
        return false;
    }
}
