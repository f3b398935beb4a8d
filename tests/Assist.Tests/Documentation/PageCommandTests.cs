using System.Text.RegularExpressions;
using Assist.Commands;
using Assist.Demo;
using Assist.Tests.Processes;

namespace Assist.Tests.Documentation;

/// <summary>What the pages tell a reader to type is understood: by the program, and by a switch.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class PageCommandTests
{
    // Where a page has a word for one of a few values.
    private static readonly Dictionary<string, string> s_words = new(StringComparer.Ordinal) { ["SHELL"] = "bash" };

    // A sentence may name a command without what it takes.
    private const string OnlyNamed = "Required argument missing for command";

    // What the emulated switch does not have: files and extensions.
    private static readonly string[] s_elsewhere = ["copy scp:", "copy installed-extensions", "extension ", "..."];

    public static TheoryData<string> Pages =>
    [
        .. new DirectoryInfo(Path.Combine(RepositoryRoot.Directory, "docs")).GetFiles("*.md").Select(file => file.Name),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_of_a_page_is_one_of_the_program(string page)
    {
        var root = AssistCommand.Create([DemoCommand.Create()]);
        foreach (var command in Commands(page))
            Assert.DoesNotContain(
                root.Parse(command).Errors.Select(error => $"assist {string.Join(' ', command)}: {error.Message}"),
                fault => !fault.Contains(OnlyNamed, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("install-eos.md", 9)]
    [InlineData("install-linux.md", 8)]
    [InlineData("troubleshooting.md", 8)]
    [InlineData("migrating.md", 4)]
    [InlineData("day-two.md", 8)]
    [InlineData("firewall-pan-os.md", 2)]
    public void Commands_are_found_on_it(string page, int least) =>
        Assert.True(Commands(page).Count() >= least, $"only {Commands(page).Count()}");

    [Fact]
    public async Task The_steps_on_the_switch_lead_to_a_healthy_daemon()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("");
        await rig.StartSwitchAsync();
        // The page has the program run by EOS.
        var steps = Blocks("install-eos.md", "sh").SelectMany(CommandsIn).ToList();
        Assert.Equal(
            ["check", "setup --plan", "setup", "setup eos", "setup eos --apply", "status", "monitor --once"],
            steps.Select(step => string.Join(' ', step)));
        foreach (var step in steps)
        {
            if (step is ["status"])
            {
                rig.Run();
                await rig.UntilReadyAsync();
            }
            // Nobody is asked here.
            string[] agreed = step is [.., "--apply"] ? [.. step, "--yes"] : step;
            var done = await rig.AssistAsync(agreed);
            Assert.Equal("", done.Errors);
            Assert.Equal(step is [.., "--plan"] or [.., "eos"] ? 4 : 0, done.Code);
        }
    }

    [Fact]
    public async Task A_switch_takes_the_lines_of_EOS_on_the_page_of_its_installation()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        var blocks = Blocks("install-eos.md", "text")
            .Select(lines => lines.Where(
                line => !s_elsewhere.Any(word => line.StartsWith(word, StringComparison.Ordinal))))
            .Where(lines => lines.Any()).ToList();
        Assert.True(blocks.Count >= 2);
        foreach (var lines in blocks)
            await Eapi.RunAsync(rig.SwitchSocket, ["enable", "configure", .. lines, "end"]);

        var running = (await Eapi.RunTextAsync(rig.SwitchSocket, "enable", "show running-config"))[1];
        Assert.Contains("protocol unix-socket", running, StringComparison.Ordinal);
        Assert.Contains("   ip access-group assist-control-plane in", running, StringComparison.Ordinal);
    }

    // In blocks, and within sentences. What has a choice in it is no command yet.
    private static IEnumerable<string[]> Commands(string page) =>
        Blocks(page, "sh").SelectMany(CommandsIn)
            .Concat(Inline().Matches(Text(page)).SelectMany(match => CommandsIn([match.Groups["code"].Value])));

    private static IEnumerable<string[]> CommandsIn(IEnumerable<string> lines) =>
        from line in lines
        where line.IndexOfAny(['[', '|', '<', '…']) < 0
        from part in line.Split("  #")[0].Split([" && ", "; "], StringSplitOptions.TrimEntries)
        let words = Words(part).SkipWhile(word => word is "bash" or "sudo" or "$").ToArray()
        where words is ["assist" or "/usr/bin/assist", _, ..] and not [_, "help", ..]
        select words[1..].Select(word => s_words.GetValueOrDefault(word, word)).ToArray();

    private static IEnumerable<string> Words(string command) =>
        Word().Matches(command).Select(match => match.Value.Trim('"'));

    private static IEnumerable<IReadOnlyList<string>> Blocks(string page, string kind) =>
        Block().Matches(Text(page)).Where(match => match.Groups["kind"].Value == kind)
            .Select(match => match.Groups["lines"].Value.Split('\n', StringSplitOptions.TrimEntries));

    private static string Text(string page) =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Directory, "docs", page));

    [GeneratedRegex("^ *```(?<kind>[a-z]+)\n(?<lines>.*?)\n *```$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex Block();

    [GeneratedRegex("(?<!`)`(?<code>[^`]+)`(?!`)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex("\"[^\"]*\"|[^ ]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
