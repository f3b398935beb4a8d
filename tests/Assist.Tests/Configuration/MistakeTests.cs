using System.Text;
using Assist.Configuration;

namespace Assist.Tests.Configuration;

/// <summary>What an operator writes in a hurry, and what is said of it: the line to mend, one fault for one cause, and
/// the cure.</summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("mode: shunt\nfirewall:\n\tformat: pan-os\n", "3:1", "a tab indents this line; YAML takes blanks only")]
    [InlineData(
        "mode shunt\nfirewall: {format: pan-os}\n", "1:1", "a colon is missing behind the key; write mode: shunt")]
    [InlineData(
        "mode:shunt\nfirewall: {format: pan-os}\n", "1:1", "a blank is missing behind the colon; write mode: shunt")]
    [InlineData(
        "# a comment\nfirewall:\n  format: pan-os\n   senders: [192.0.2.1]\n", "4:4",
        "this line is indented deeper than line 3, which has a value already; keys of one section begin in one column")]
    [InlineData(
        "firewall:\n    format: pan-os\n  senders: [192.0.2.1]\n", "3:3",
        "this line is indented like none above it; keys of one section begin in one column")]
    [InlineData(
        "rules:\n  - name: a\n  action: drop\n", "3:3",
        "this line belongs to the entry that begins in line 2: indent it by 2 more, as the key there")]
    [InlineData(
        "firewall: {senders: [192.0.2.1}\nmode: shunt\n", "1:31", "] is missing here: the [ of 1:21 is not closed")]
    [InlineData("mode: shunt\nfirewall: {senders: [192.0.2.1]\nlog: {}\n", "2:11",
        "this { is not closed; write } where it ends")]
    [InlineData("# it's a comment\nlog: {file: 'a, level: info}\nmode: shunt\n", "2:13", "this quote is not closed")]
    [InlineData(
        "firewall\n  format: pan-os\n", "1:1", "a colon is missing behind the key; write firewall:")]
    [InlineData("rules:\n  -name: a\n    action: drop\n", "2:3", "a blank is missing behind the dash; write - name: a")]
    [InlineData(
        "firewall: {senders: [192.0.2.1,\n\t192.0.2.2]}\nmode shunt\nlog: {level: info}\n", "3:1",
        "a colon is missing behind the key; write mode: shunt")]
    [InlineData("log: {file: \"\\d\"}\n", "1:13",
        "a backslash in double quotes begins an escape; write it twice, or take single quotes")]
    [InlineData("log: {level: %a}\n", "1:14", "a value cannot begin with this character; quote the value")]
    public void Broken_YAML_is_told_at_the_line_to_mend_with_the_cure(string text, string place, string cure)
    {
        var read = Loading.Parse(text);

        Assert.Equal($"assist.yaml:{place}: not valid YAML: {cure}",
            Assert.Single(Loading.Errors(read), error => error.Contains("not valid YAML", StringComparison.Ordinal)));
        Assert.Null(read.Config);
        Assert.Null(read.Readable);
    }

    [Theory]
    [InlineData("firewall: {senders: [192.0.2.1]}\nzones:\n  a: {network: [Ethernet1}\n")]
    [InlineData("log: {level: 'x\n")]
    [InlineData("a: |\n  mode shunt\n  b: [\n c: }\n")]
    public void Other_broken_YAML_is_one_fault_too(string text) => Assert.Single(Loading.Parse(text).Errors);

    [Fact]
    public void A_list_without_its_dashes_is_one_fault()
    {
        var read = Loading.With("rules:\n  name: a\n  when: {Type: T}\n  action: drop\n"
            + "  name: b\n  when: {Type: U}\n  action: drop");

        Assert.Contains("already set in line", Assert.Single(read.Errors).Message, StringComparison.Ordinal);
        Assert.Contains("begin each entry of a list with \"- \", such as \"- name: ...\"", read.Errors[0].Message,
            StringComparison.Ordinal);
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void What_is_no_list_of_rules_is_not_called_empty()
    {
        var read = Loading.With("rules:\n  name: a\n  when: {Type: T}\n  action: drop");

        Assert.Contains("rules must be a list", Assert.Single(read.Errors).Message, StringComparison.Ordinal);
        Assert.Empty(read.Warnings);
    }

    [Theory]
    [InlineData("control: {socket: /tmp}", "control.socket", "control.sock")]
    [InlineData("log: {file: /tmp}", "log.file", "assist.log")]
    [InlineData("audit: {file: /tmp}", "audit.file", "audit.jsonl")]
    public void A_directory_in_the_place_of_a_file_is_told(string section, string key, string example) =>
        Assert.Equal(
            $"{key}: /tmp is a directory; name a file in it, such as /tmp/{example}",
            Assert.Single(Loading.With(section).Errors).Message);

    [Fact]
    public void UTF_16_is_told()
    {
        var file = Path.GetTempFileName();
        try
        {
            foreach (var mark in new[] { true, false })
            {
                var encoding = new UnicodeEncoding(bigEndian: false, byteOrderMark: mark);
                File.WriteAllText(file, Loading.Minimal, encoding);
                Loading.Fails(
                    ConfigurationLoader.Load(file, [], Loading.Format),
                    $"{file}: is saved as UTF-16; save it as UTF-8");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_empty_file_is_one_fault() =>
        Loading.Fails(
            Loading.Parse("# nothing yet\n"),
            "assist.yaml:1:1: the file is empty; `assist init --force` writes one with the switch's ports in it, or "
            + "begin with one of the examples, such as assist.yaml");

    [Theory]
    [InlineData("log:{level: info}", "log: {level")]
    [InlineData("log:[level: info]", "log: [level")]
    public void A_bracket_that_clings_to_its_key_is_told(string section, string cure) => Assert.Equal(
        $"a blank is missing behind the colon; write {cure}: ...",
        Assert.Single(Loading.With(section).Errors).Message);

    [Fact]
    public void A_zone_whose_bracket_clings_to_it_is_not_missing_too() => Loading.Fails(
        Loading.Parse(Loading.Minimal.Replace("a: {", "a:{", StringComparison.Ordinal)),
        "assist.yaml:4:3: not valid YAML: a blank is missing behind the colon; write a: "
        + "{network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}");

    [Fact]
    public void A_key_that_is_outdented_or_misspelt_is_not_missing_too()
    {
        Loading.Fails(
            Loading.Parse(Loading.Minimal.Replace(
                "firewall: {senders: [192.0.2.10]}", "firewall: {}\nsenders: [192.0.2.10]", StringComparison.Ordinal)),
            "assist.yaml:3:1: unknown key \"senders\"; it belongs under firewall: indent it there");
        Loading.Fails(
            Loading.Parse(Loading.Minimal.Replace("senders:", "sender:", StringComparison.Ordinal)),
            "assist.yaml:2:12: unknown key \"sender\" in firewall; did you mean \"senders\"?");
        Loading.Fails(
            Loading.Parse(
                Loading.Minimal.Replace("network: Ethernet4", "netwrok: Ethernet4", StringComparison.Ordinal)),
            "assist.yaml:5:7: unknown key \"netwrok\" in zones.b; did you mean \"network\"?");
        Loading.Fails(
            Loading.With("flows: {mode: inline}\n"),
            "assist.yaml:6:9: unknown key \"mode\" in flows; it is no part of a section: write it at the beginning "
            + "of a line");
    }

    [Fact]
    public void Every_key_that_is_said_to_belong_to_a_section_is_known_there()
    {
        foreach (var (section, keys) in KeyHomes.All)
            foreach (var key in keys)
            {
                var text = section.Length == 0 ? $"{key}: 1\n" : $"{section}: {{{key}: 1}}\n";
                Assert.DoesNotContain(
                    Loading.Parse(text).Errors,
                    error => error.Message.StartsWith("unknown key", StringComparison.Ordinal));
            }
    }

    [Theory]
    [InlineData("{name: a, when: {Action: deny}, action: block}", "\"block\"", "drop")]
    [InlineData("{name: a, when: {Action: deny}, action: drop, match: [src_ip, dst_ip, dport, protocol]}", "\"dport\"",
        "dst_port")]
    [InlineData("{name: a, when: {Action: deny}, action: drop, match: [src_ip, dst_ip, dst_port, proto]}", "\"proto\"",
        "protocol")]
    public void A_word_of_other_programs_is_told_with_ours_and_nothing_else_is_wrong(
        string rule, string word, string meant)
    {
        var error = Assert.Single(Loading.With($"rules: [{rule}]\n").Errors).Message;

        Assert.Contains(word, error, StringComparison.Ordinal);
        Assert.EndsWith($"; did you mean \"{meant}\"?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_without_a_known_action_has_that_one_fault() =>
        Assert.Contains(
            "\"block\" is not one of drop, bypass, redirect, ignore",
            Assert.Single(Loading.With(
                "rules: [{name: a, when: {Action: deny}, action: block, match: [src_ip, dst_ip]}]\n").Errors).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("log: {level: warn}", "; did you mean \"warning\"?")]
    [InlineData("flows: {rewrite_vlan: True}", "; write true")]
    [InlineData("flows: {rewrite_vlan: off}", "; write false")]
    public void A_value_that_is_nearly_right_is_told_with_the_right_one(string yaml, string hint) =>
        Assert.EndsWith(hint, Assert.Single(Loading.With(yaml).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[192.0.2.10, 192.0.2.10]", "192.0.2.10 is named twice")]
    [InlineData("[192.0.2.0/24, 192.0.2.10]", "192.0.2.10 and 192.0.2.0/24 overlap; keep the one that is meant")]
    public void Senders_that_are_named_twice_or_overlap_are_pointed_out(string senders, string words)
    {
        var result = Loading.Parse(Loading.Minimal.Replace("[192.0.2.10]", senders, StringComparison.Ordinal));

        Assert.EndsWith(words, Assert.Single(result.Warnings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics: {listen: '0.0.0.0:9464'}", "serves everybody who reaches this machine")]
    [InlineData("metrics: {listen: '[::]:9464'}", "serves everybody who reaches this machine")]
    [InlineData("control: {socket: /tmp/assist.sock}", "every user of this machine may write to /tmp")]
    public void What_is_open_to_others_is_pointed_out(string yaml, string words) => Assert.Contains(
        words, Assert.Single(Loading.With(yaml).Warnings).Message, StringComparison.Ordinal);
}
