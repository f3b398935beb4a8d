using Assist.Rules;

namespace Assist.Configuration;

/// <summary>Finds rules that can never fire because one before them always does.</summary>
internal sealed class RuleOrder
{
    // Each is compared with many; null where it is no pattern, which is an error of its own.
    private readonly Dictionary<string, FieldPattern?> _patterns = new(StringComparer.Ordinal);

    /// <summary>The first earlier rule that fires on every log that this one is meant for; null where none is known to.
    /// Regular expressions are compared by their text alone, so not every such rule is found.</summary>
    public RuleOptions? Before(RuleOptions rule, IEnumerable<RuleOptions> earlier) =>
        earlier.FirstOrDefault(other =>
            other.When.Count > 0 && other.When.All(condition => IsImplied(condition, rule)));

    // A rule is tried only on messages that have all its fields, so each must be one that the later rule asks for too.
    private bool IsImplied(FieldCondition condition, RuleOptions by) => by.When.Any(own =>
        string.Equals(own.Field, condition.Field, StringComparison.Ordinal)
        && (condition.Patterns.Count == 0 || IsImplied(condition, own)));

    private bool IsImplied(FieldCondition condition, FieldCondition by) => by.Patterns.Count > 0
        && by.Patterns.All(text => condition.Patterns.Any(other => Implies(text, other)));

    private bool Implies(string text, string other) =>
        PatternOf(text) is { } narrower && PatternOf(other) is { } wider
        && (wider.MatchesEmpty || narrower.Implies(wider));

    private FieldPattern? PatternOf(string text)
    {
        if (_patterns.TryGetValue(text, out var known)) return known;
        return _patterns[text] = Patterns.Fault(text) is null ? new FieldPattern(text) : null;
    }
}
