using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>What a command answers: a show command its two forms, a configuration command nothing.</summary>
internal sealed record ShowOutput(Func<JsonObject>? Json, Func<string> Text)
{
    /// <summary>"Unconverted" when it is asked for as JSON.</summary>
    public static ShowOutput TextOnly(Func<string> text) => new(null, text);
}

internal delegate ShowOutput? Handler(CliSession session, string[] arguments);

/// <summary>One line of the grammar. Lower case words are keywords, `a|b` a choice of keywords (and an argument), the
/// rest
/// are kinds of argument; LINE, PREFIXES and INTERFACES take all words that follow.</summary>
internal sealed class Rule(string pattern, Handler run)
{
    private readonly string[] _pattern = pattern.Split(' ');

    public Handler Run => run;

    /// <summary>True where a config session takes it.</summary>
    public bool IsOfSessions { get; private init; }

    public Rule AlsoInSession() => new(pattern, run) { IsOfSessions = true };

    public static Rule Do(string pattern, Action<CliSession, string[]> action) =>
        new(pattern, (session, arguments) => { action(session, arguments); return null; });

    public static Rule Show(string pattern, Func<CliSession, string[], ShowOutput> show) =>
        new(pattern, (s, a) => show(s, a));

    public RuleMatch Match(string[] words, bool autoComplete)
    {
        var arguments = new List<string>();
        for (var i = 0; i < _pattern.Length; i++)
        {
            if (i >= words.Length) return new RuleMatch(i, Miss.IncompleteCommand, []);
            var kind = _pattern[i];
            if (kind is Arguments.Line)
                return new RuleMatch(words.Length, Miss.None, [.. arguments, string.Join(' ', words[i..])]);
            if (kind is Arguments.Prefixes)
                return words[i].AsSpan().IndexOfAny('.', ':', '/') >= 0
                    ? new RuleMatch(words.Length, Miss.None, [.. arguments, string.Join(' ', words[i..])])
                    : new RuleMatch(i, Miss.Invalid, []);
            if (kind is Arguments.Interfaces) return MatchInterfaces(words, i, arguments);
            var miss = char.IsAsciiLetterLower(kind[0])
                ? MatchKeyword(kind, words[i], autoComplete, arguments)
                : MatchArgument(kind, words[i], arguments);
            if (miss is not Miss.None) return new RuleMatch(i, miss, []);
        }

        return words.Length > _pattern.Length
            ? new RuleMatch(_pattern.Length, Miss.Invalid, [])
            : new RuleMatch(words.Length, Miss.None, [.. arguments]);
    }

    private static RuleMatch MatchInterfaces(string[] words, int from, List<string> arguments) =>
        InterfaceNames.TryParseList(string.Join(' ', words[from..]), out var names)
            ? new RuleMatch(words.Length, Miss.None, [.. arguments, names.ToString()])
            : new RuleMatch(from, Miss.Invalid, []);

    private static Miss MatchArgument(string kind, string word, List<string> arguments)
    {
        if (!Arguments.Fits(kind, word)) return Miss.Invalid;
        arguments.Add(word);
        return Miss.None;
    }

    /// <summary>eAPI takes full keywords only, unless the request says autoComplete.</summary>
    private static Miss MatchKeyword(string kind, string word, bool autoComplete, List<string> arguments)
    {
        var choices = kind.Split('|');
        var full = Array.Find(choices, c => c.Equals(word, StringComparison.OrdinalIgnoreCase));
        var started = full ?? Array.Find(choices, c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        if (started is null) return Miss.Invalid;
        if (full is null && !autoComplete) return Miss.IncompleteToken;
        if (choices.Length > 1) arguments.Add(started);
        return Miss.None;
    }
}

/// <summary>In the order in which a nearer miss explains more.</summary>
internal enum Miss { None, Invalid, IncompleteCommand, IncompleteToken }

/// <summary>How far the words went along a rule.</summary>
internal readonly record struct RuleMatch(int Depth, Miss Miss, string[] Arguments)
{
    public bool IsNearerThan(RuleMatch other) => Depth != other.Depth ? Depth > other.Depth : Miss > other.Miss;

    public CliError Error(string[] words) => Miss switch
    {
        Miss.IncompleteToken => CliError.IncompleteToken(Depth, words[Depth]),
        // The last word stands for what is missing after it.
        Miss.IncompleteCommand => CliError.IncompleteCommand(words.Length - 1, words[^1]),
        _ => CliError.Invalid(Depth, words[Depth]),
    };
}
