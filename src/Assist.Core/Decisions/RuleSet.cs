using Assist.Messages;

namespace Assist.Decisions;

/// <summary>The rules, compiled for one format: a rule is tried only on messages that have all its fields. Immutable
/// and shared by all receiving threads.</summary>
public sealed class RuleSet
{
    private readonly CompiledRule[][] _byLayout;

    /// <param name="isActive">False leaves a rule out, as a bypass where the mode has no path to bypass.</param>
    public RuleSet(IReadOnlyList<RuleOptions> rules, IMessageFormat format, Func<RuleOptions, bool> isActive)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(format);
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

        private static bool AnyMatches(FieldPattern[] patterns, ReadOnlySpan<byte> field)
        {
            foreach (var pattern in patterns)
                if (pattern.IsMatch(field)) return true;
            return false;
        }
    }
}
