using Assist.Inputs.Formats;

namespace Assist.Rules;

/// <summary>What one rule made of a message, and why.</summary>
public sealed record RuleCheck(string Rule, bool Fired, string Why)
{
    /// <summary>The rule is on trial: that it fired changed nothing.</summary>
    public bool IsShadow { get; init; }
}

/// <summary>The rules, compiled for one format: a rule is tried only on messages that have all its fields. Immutable
/// and shared by all receiving threads.</summary>
internal sealed class RuleSet
{
    private readonly RulesOfLayout[] _byLayout;
    private readonly IReadOnlyList<RuleOptions> _rules;
    private readonly Func<RuleOptions, bool> _isActive;

    /// <param name="isActive">False leaves a rule out, as a bypass where the mode has no path to bypass.</param>
    public RuleSet(IReadOnlyList<RuleOptions> rules, IMessageFormat format, Func<RuleOptions, bool> isActive)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(format);
        (_rules, _isActive) = (rules, isActive);
        var active = rules.Where(isActive).ToList();
        _byLayout = [.. format.Layouts.Select(layout =>
            new RulesOfLayout([.. active.Select(rule => CompiledRule.For(rule, layout)).OfType<CompiledRule>()]))];
    }

    /// <summary>The first rule whose conditions all hold, or none. A message that was cut before a field the rule asks
    /// for ends the search: the rule might have been an exception to the next one.</summary>
    /// <param name="memory">Of the thread; null tries every rule.</param>
    internal RuleFinding Find(SessionLog log, RuleMemory? memory = null)
    {
        if (log.Layout is not { } layout) return default;
        var rules = _byLayout[layout.Ordinal];
        return memory is null ? rules.Find(log) : memory.Find(rules, log);
    }

    /// <summary>For the operator: what each rule made of it, up to the one that fired.</summary>
    public IEnumerable<RuleCheck> Checks(SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Layout is not { } layout) yield break;
        foreach (var rule in _rules)
        {
            if (CompiledRule.For(rule, layout) is not { } compiled)
            {
                var missing = rule.When.First(condition => layout.IndexOf(condition.Field) < 0).Field;
                yield return new RuleCheck(rule.Name, false, $"logs of this kind have no {missing}")
                {
                    IsShadow = rule.Shadow,
                };
                continue;
            }
            if (!_isActive(rule))
            {
                yield return new RuleCheck(rule.Name, false, "bypasses, for which only mode shunt has a path");
                continue;
            }
            var result = compiled.Try(log);
            yield return new RuleCheck(rule.Name, result == RuleResult.Fires, compiled.Words(log))
            {
                IsShadow = rule.Shadow,
            };
            if (result != RuleResult.Fails && !rule.Shadow) yield break;
        }
    }
}
