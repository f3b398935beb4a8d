using System.Text;
using Assist.Messages;

namespace Assist.Decisions;

/// <summary>What one rule made of a message, and why.</summary>
public sealed record RuleCheck(string Rule, bool Fired, string Why);

/// <summary>The rules, compiled for one format: a rule is tried only on messages that have all its fields. Immutable
/// and shared by all receiving threads.</summary>
public sealed class RuleSet
{
    private readonly CompiledRule[][] _byLayout;
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
            active.Select(rule => CompiledRule.For(rule, layout)).OfType<CompiledRule>().ToArray())];
    }

    /// <summary>The first rule whose conditions all hold, or null. A message that was cut before a field the rule asks for
    /// ends the search: the rule might have been an exception to the next one.</summary>
    public RuleOptions? Find(SessionLog log, out bool isCut)
    {
        ArgumentNullException.ThrowIfNull(log);
        isCut = false;
        if (log.Layout is null) return null;
        foreach (var rule in _byLayout[log.Layout.Ordinal])
        {
            var holds = rule.Holds(log);
            isCut = holds is null;
            if (holds == true) return rule.Options;
            if (isCut) return null;
        }
        return null;
    }

    /// <summary>For the operator: what each rule that knows the message's fields made of it, up to the one that
    /// fired.</summary>
    public IEnumerable<RuleCheck> Checks(SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Layout is not { } layout) yield break;
        foreach (var rule in _rules)
        {
            if (CompiledRule.For(rule, layout) is not { } compiled) continue;
            if (!_isActive(rule))
            {
                yield return new RuleCheck(rule.Name, false, "bypasses, for which only mode shunt has a path");
                continue;
            }
            var holds = compiled.Holds(log);
            yield return new RuleCheck(rule.Name, holds == true, compiled.Words(log));
            if (holds != false) yield break;
        }
    }

    private sealed record CompiledRule(RuleOptions Options, (int Field, FieldPattern[] Patterns)[] Conditions)
    {
        public static CompiledRule? For(RuleOptions rule, FieldLayout layout)
        {
            if (rule.When.Any(condition => layout.IndexOf(condition.Field) < 0)) return null;
            return new CompiledRule(rule, [.. rule.When.Select(condition => (
                layout.IndexOf(condition.Field),
                condition.Patterns.Select(pattern => new FieldPattern(pattern)).ToArray()))]);
        }

        /// <summary>Null where the message ends before or within a field that decides.</summary>
        public bool? Holds(SessionLog log)
        {
            var isCut = false;
            foreach (var (field, patterns) in Conditions)
            {
                if (log.IsCutAt(field)) isCut = true;
                else if (!log.Has(field) || !AnyMatches(patterns, log.Field(field))) return false;
            }
            return isCut ? null : true;
        }

        /// <summary>The first condition that fails, or else the first that the message's end leaves open.</summary>
        public string Words(SessionLog log)
        {
            var open = "";
            for (var i = 0; i < Conditions.Length; i++)
            {
                var (field, patterns) = Conditions[i];
                var name = Options.When[i].Field;
                if (log.IsCutAt(field)) open = open.Length > 0 ? open : $"the message may be cut before or within {name}: no rule behind this one is tried";
                else if (!log.Has(field)) return $"the message has no {name}";
                else if (!AnyMatches(patterns, log.Field(field)))
                    return $"{name} is \"{Encoding.UTF8.GetString(log.Field(field))}\", not {string.Join(" | ", Options.When[i].Patterns)}";
            }
            return open.Length > 0 ? open : "all its fields match";
        }

        private static bool AnyMatches(FieldPattern[] patterns, ReadOnlySpan<byte> field)
        {
            foreach (var pattern in patterns)
                if (pattern.IsMatch(field)) return true;
            return false;
        }
    }
}
