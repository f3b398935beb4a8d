using System.Text;
using System.Text.Json.Nodes;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Tests.Commands;

/// <summary>T3, T4 and T6 of the checklist of syslog inputs: text of a message on its way to a terminal, a log or a
/// JSON reader. The same over every transport and in the daemon's own log is in InjectionTests.</summary>
public sealed class EscapeTests
{
    [Theory]
    [InlineData("\u001b[31m", "\\x1b[31m")]
    [InlineData("a\u0007\u0008\u007f", "a\\x07\\x08\\x7f")]
    [InlineData("\u009b31m", "\\x9b31m")]
    [InlineData("user\u202etxt.exe", "user\\u202etxt.exe")]
    [InlineData("a\u2028b\u2066c\u200bd", "a\\u2028b\\u2066c\\u200bd")]
    [InlineData("a\nline 2: drop: rule x", "a\\x0aline 2: drop: rule x")]
    [InlineData("a\r\tb", "a\\x0d\\x09b")]
    [InlineData("\"quoted\" \\x1b {0} {Rule}", "\"quoted\" \\x1b {0} {Rule}")]
    [InlineData("=cmd()|' /c calc'!A0", "=cmd()|' /c calc'!A0")]
    [InlineData("%s%n ${jndi:ldap://x} <script>", "%s%n ${jndi:ldap://x} <script>")]
    [InlineData("Größe 東京", "Größe 東京")]
    public void Text_is_shown_as_text_and_comes_out_of_JSON_unchanged(string rule, string shown)
    {
        var explanation = Explain(rule);
        var text = new StringWriter();
        ExplanationText.Write(text, explanation);
        var json = ExplanationJson.Of(explanation);

        Assert.Contains($"  rule: {shown}\n", text.ToString());
        Assert.DoesNotContain(text.ToString(), c => c != '\n' && IsHidden(c));
        Assert.DoesNotContain(json, IsHidden);
        Assert.Equal(rule, (string?)JsonNode.Parse(json)!["message"]!["rule"]);
    }

    [Fact]
    public void A_value_that_was_not_expected_is_shown_as_text()
    {
        var explanation = Explain("r", source: "192.0.2.1\u001b[2J");
        var text = new StringWriter();
        ExplanationText.Write(text, explanation);

        Assert.Contains("column 8: not an IP address, found \"192.0.2.1\\x1b[2J\"", text.ToString());
        Assert.Equal("column 8: not an IP address, found \"192.0.2.1\u001b[2J\"",
            (string?)JsonNode.Parse(ExplanationJson.Of(explanation))!["reason"]);
    }

    private static bool IsHidden(char c) => char.IsControl(c) || c is '\u200b' or '\u202e' or '\u2028' or '\u2066';

    private static Explanation Explain(string rule, string source = "192.0.2.10")
    {
        var config = ConfigurationLoader.Load(Path.Combine(RepositoryRoot.Directory, "config", "assist.yaml"), [],
            Formats.Find).Config!;
        var quoted = rule.Replace("\"", "\"\"", StringComparison.Ordinal);
        var line = "<14>Nov 21 10:00:00 fw 1,2026/11/21 10:00:00,007951,TRAFFIC,drop,1,2026/11/21 "
            + $"10:00:00,{source},203.0.113.20,0.0.0.0,0.0.0.0,"
            + $"\"{quoted}\",,,ssl,vsys1,a,b,ethernet1/1,ethernet1/2,log,2026/11/21 "
            + "10:00:00,7,1,51000,443,0,0,0x0,tcp,deny,1,1,1,1,2026/11/21 10:00:00,0,any,0,1,0x0,A,B";
        return new Explainer(config, TimeProvider.System).Explain(1, Encoding.UTF8.GetBytes(line));
    }
}
