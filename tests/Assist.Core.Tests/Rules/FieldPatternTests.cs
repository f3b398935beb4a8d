using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Assist.Rules;

namespace Assist.Tests.Rules;

public sealed class FieldPatternTests
{
    [Theory]
    [InlineData("deny", "DENY", true)]
    [InlineData("deny", "a deny b", true)]
    [InlineData("deny", "den", false)]
    [InlineData("^drop", "drop-all", true)]
    [InlineData("^drop", "a drop", false)]
    [InlineData("drop$", "a drop", true)]
    [InlineData("drop$", "drop-all", false)]
    [InlineData("^drop$", "Drop", true)]
    [InlineData("^drop$", "drop ", false)]
    [InlineData("^", "", true)]
    [InlineData("$", "any", true)]
    [InlineData("^$", "", true)]
    [InlineData("^$", "a", false)]
    [InlineData("", "", true)]
    [InlineData("^reset-(client|server|both)$", "Reset-Both", true)]
    [InlineData("^reset-(client|server|both)$", "reset-bothy", false)]
    [InlineData("a.c", "xABCx", true)]
    [InlineData("a|^b$", "b", true)]
    [InlineData("cost \\$", "cost $", true)]
    [InlineData("cost \\$", "cost", false)]
    [InlineData("a]b}", "A]B}", true)]
    [InlineData("^^a", "a", true)]
    public void A_pattern_is_found_whatever_the_case(string pattern, string field, bool found) =>
        Assert.Equal(found, new FieldPattern(pattern).IsMatch(Encoding.UTF8.GetBytes(field)));

    [Theory]
    [InlineData("ünlü", "ÜNLÜ", true)]
    [InlineData("^.ber$", "über", true)]
    [InlineData("ber", "über", true)]
    public void Beyond_ASCII_characters_count_and_not_bytes(string pattern, string field, bool found) =>
        Assert.Equal(found, new FieldPattern(pattern).IsMatch(Encoding.UTF8.GetBytes(field)));

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(70_000)]
    public void Long_fields_are_searched_to_their_end(int length)
    {
        var field = Encoding.UTF8.GetBytes(new string('x', length - 3) + "end");
        Assert.True(new FieldPattern("en.$").IsMatch(field));
        Assert.True(new FieldPattern("end").IsMatch(field));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_match_nothing_by_accident()
    {
        byte[] field = [0xff, 0xfe, (byte)'d', (byte)'e', (byte)'n', (byte)'y'];
        Assert.True(new FieldPattern("deny").IsMatch(field));
        Assert.True(new FieldPattern("^..deny$").IsMatch(field));
        Assert.False(new FieldPattern("^deny").IsMatch(field));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    public void What_is_no_expression_is_refused(string pattern) =>
        Assert.ThrowsAny<ArgumentException>(() => new FieldPattern(pattern));

    /// <summary>Every pattern that a rule may have: what is not compared as bytes never backtracks, so that no text
    /// takes more than linear time.</summary>
    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("a.*b.*c")]
    [InlineData("^(a|aa)+$")]
    [InlineData("ünlü")]
    [InlineData("^reset-(client|server|both)$")]
    public void A_compiled_expression_never_backtracks(string pattern)
    {
        var field = typeof(FieldPattern).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Single(field => field.FieldType == typeof(Regex));
        var compiled = Assert.IsType<Regex>(field.GetValue(new FieldPattern(pattern)));

        Assert.Equal(RegexOptions.NonBacktracking, compiled.Options & RegexOptions.NonBacktracking);
        new FieldPattern(pattern).IsMatch(Encoding.UTF8.GetBytes(new string('a', 1 << 20) + "!"));
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData(@"(a)\1")]
    public void What_needs_backtracking_is_refused(string pattern) =>
        Assert.Throws<NotSupportedException>(() => new FieldPattern(pattern));
}
