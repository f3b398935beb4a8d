using System.Text;
using Assist.Rules;

namespace Assist.Configuration;

/// <summary>Fields of which every value is known that a log may have by the time the rules see it: logs of other types
/// carry no session.</summary>
internal static class KnownValues
{
    private static readonly string[] s_panOs = ["TRAFFIC", "THREAT"];

    private static readonly Dictionary<(string Format, string Field), string[]> s_values = new()
    {
        [("pan-os", "Type")] = s_panOs,
        [("pan-cloud", "Type")] = s_panOs,
        [("cef", "type")] = s_panOs,
        [("leef", "cat")] = s_panOs,
        [("fortigate", "type")] = ["traffic", "utm", "anomaly"],
    };

    /// <summary>The values, where none of the patterns is found in any of them; else null.</summary>
    public static string[]? Missed(string format, FieldCondition condition)
    {
        if (condition.Patterns.Count == 0 || !s_values.TryGetValue((format, condition.Field), out var values))
            return null;
        return values.Any(value => condition.Patterns.Any(pattern => Matches(pattern, value))) ? null : values;
    }

    // What is no pattern is an error of its own.
    private static bool Matches(string pattern, string value) =>
        Patterns.Fault(pattern) is not null || new FieldPattern(pattern).IsMatch(Encoding.ASCII.GetBytes(value));
}
