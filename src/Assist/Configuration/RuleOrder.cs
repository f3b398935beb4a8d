using Assist.Rules;

namespace Assist.Configuration;

/// <summary>Finds rules that can never fire because one before them always does.</summary>
internal static class RuleOrder
{
    /// <summary>The first earlier rule that fires on every log that this one is meant for; null where none is known to.
    /// Regular expressions are compared by their text alone, so not every such rule is found.</summary>
    public static RuleOptions? Before(RuleOptions rule, IEnumerable<RuleOptions> earlier) =>
        earlier.FirstOrDefault(other =>
            other.When.Count > 0 && other.When.All(condition => IsImplied(condition, rule)));

    // A rule is tried only on messages that have all its fields, so each must be one that the later rule asks for too.
    private static bool IsImplied(FieldCondition condition, RuleOptions by) => by.When.Any(own =>
        string.Equals(own.Field, condition.Field, StringComparison.Ordinal)
        && (condition.Patterns.Count == 0 || IsImplied(condition, own)));

    private static bool IsImplied(FieldCondition condition, FieldCondition by) => by.Patterns.Count > 0
        && by.Patterns.All(text => condition.Patterns.Any(other => Implies(text, other)));

    private static bool Implies(string text, string other)
    {
        // What is no pattern is an error of its own.
        if (Patterns.Fault(text) is not null || Patterns.Fault(other) is not null) return false;
        var wider = new FieldPattern(other);
        return wider.MatchesEmpty || new FieldPattern(text).Implies(wider);
    }
}
