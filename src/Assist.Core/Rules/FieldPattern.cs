using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Assist.Rules;

/// <summary>One pattern of a rule, found anywhere in a field, whatever the case. Plain words and the anchors ^ and $
/// are compared as bytes; everything else is a non-backtracking regular expression, linear in the field's
/// length.</summary>
public sealed class FieldPattern
{
    public const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // Decoded on the stack up to this many characters; longer fields (URLs) borrow an array.
    private const int StackChars = 512;
    private static readonly SearchValues<char> s_special = SearchValues.Create(@"\*+?|{[()^$.#");

    private readonly string _text;
    private readonly byte[]? _literal;
    private readonly bool _atStart;
    private readonly bool _atEnd;
    private readonly Regex? _regex;

    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking (look-around, back-references).</exception>
    public FieldPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        _text = pattern;
        _atStart = pattern.StartsWith('^');
        _atEnd = pattern.Length > (_atStart ? 1 : 0) && pattern.EndsWith('$');
        var literal = pattern[(_atStart ? 1 : 0)..(_atEnd ? pattern.Length - 1 : pattern.Length)];
        // Beyond ASCII, case folding is the regular expression's business.
        var isLiteral = !literal.AsSpan().ContainsAny(s_special) && Ascii.IsValid(literal);
        if (isLiteral) _literal = Encoding.ASCII.GetBytes(literal);
        else _regex = new Regex(pattern, Options);
    }

    /// <summary>True where the pattern is found in a field without any text, and so in every field.</summary>
    public bool MatchesEmpty => IsMatch([]);

    public bool IsMatch(ReadOnlySpan<byte> field) =>
        _regex is null ? MatchesLiteral(field) : MatchesRegex(_regex, field);

    /// <summary>True where every field in which this pattern is found has the other one too. False also where that
    /// cannot be told: regular expressions are compared by their text alone.</summary>
    public bool Implies(FieldPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (string.Equals(_text, other._text, StringComparison.OrdinalIgnoreCase)) return true;
        if (_literal is null || other._literal is null) return false;
        var isAnchoredAsMuch = (_atStart || !other._atStart) && (_atEnd || !other._atEnd);
        return isAnchoredAsMuch && other.MatchesLiteral(_literal);
    }

    private bool MatchesLiteral(ReadOnlySpan<byte> field)
    {
        var literal = _literal.AsSpan();
        if (field.Length < literal.Length) return false;
        if (_atStart && _atEnd) return Ascii.EqualsIgnoreCase(field, literal);
        if (_atStart) return Ascii.EqualsIgnoreCase(field[..literal.Length], literal);
        if (_atEnd) return Ascii.EqualsIgnoreCase(field[^literal.Length..], literal);
        for (var i = 0; i <= field.Length - literal.Length; i++)
            if (Ascii.EqualsIgnoreCase(field.Slice(i, literal.Length), literal)) return true;
        return false;
    }

    private static bool MatchesRegex(Regex regex, ReadOnlySpan<byte> field)
    {
        if (field.Length <= StackChars)
        {
            Span<char> chars = stackalloc char[StackChars];
            return regex.IsMatch(chars[..Encoding.UTF8.GetChars(field, chars)]);
        }
        var rented = ArrayPool<char>.Shared.Rent(field.Length);
        try
        {
            return regex.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(field, rented)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
