using Assist.Tests.Conformance;

namespace Assist.Tests.Processes;

/// <summary>What a stranger writes into a URL or a user name ends in a log line. It must not end in a command, nor in
/// the daemon's own log as anything but text.</summary>
[Collection(ProcessCollection.Name)]
public sealed class InjectionTests
{
    private static readonly string[] s_payloads =
    [
        "a b", "x\nno shutdown", "x\r\nend\r\nconfigure\r\nno flow STATIC_X", "\"; no shutdown", "';end;'",
        "$(reboot)`reboot`",
        "no shutdown", "end", "\u001b[2J\u001b]0;title\u0007", "\u009b31m", "a\u202eb\u2028c", "x\0no shutdown",
        "%n{0}{Flow}", "\\n\\x1b", "x\tend",
    ];

    [Theory]
    [InlineData(Way.Udp)]
    [InlineData(Way.TcpLines)]
    [InlineData(Way.TcpOctets)]
    [InlineData(Way.Tls)]
    public async Task T4_no_text_of_a_message_reaches_a_command_or_the_log_raw(Way way)
    {
        await using var rig = new Rig();
        // Many of them have the same source.
        rig.WriteConfiguration("""
            log: {level: trace}
            flows: {per_source: 0, ports_per_pair: 0, denial_share: 100, repeat_when_short: false}
            """);
        await rig.StartAsync();
        var messages = Messages().ToList();

        foreach (var some in messages.Chunk(50))
        {
            await rig.SendAsync(way, some);
            await rig.UntilStatusAsync(status => status.GetProperty("queue_length").GetInt32() == 0, "taken in");
        }
        await rig.SendAsync(way, LogLine.Deny("10.99.0.1", "203.0.113.20", 443));
        await rig.UntilSwitchHoldsAsync("DROP_TCP_10-99-0-1_", 1);
        // The last message may overtake the others on its own connection, and its flow theirs on the switch.
        await rig.UntilStatusAsync(
            status => status.GetProperty("received").GetInt64() > messages.Count
                && status.GetProperty("outcomes").EnumerateObject().Sum(outcome => outcome.Value.GetInt64())
                    == status.GetProperty("received").GetInt64()
                && Rig.Flows(status, "drop", "programmed") > 50,
            "all received, and enough drops programmed for a test");
        var log = (await rig.StopAsync()).Errors;

        Assert.All(rig.Recorded(), command => Assert.Matches(CommandGrammar.Known, command));
        Assert.All(log, c => Assert.True(c == '\n' || !IsHidden(c), $"U+{(int)c:x4} in the log"));
        Assert.All(log.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(
            @"^[A-Z][a-z]{2} \d\d \d\d:", line));
    }

    // On a line-framed stream a line feed ends the message by the protocol; elsewhere nothing after it may count.
    [Theory]
    [InlineData(Way.Udp)]
    [InlineData(Way.TcpOctets)]
    [InlineData(Way.Tls)]
    public async Task F20_U4_a_whole_log_within_a_field_blocks_nobody(Way way)
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        var victim = LogLine.Deny("10.66.66.66", "203.0.113.20", 443).ToString();
        var messages = new List<object>();
        foreach (var inner in new[] { "\n" + victim, "\n" + Counted(victim), "\r\n\0" + victim, victim })
            foreach (var column in new[] { "Rule", "Application", "Source User", "device_name" })
                foreach (var quoted in new[] { false, true })
                    messages.Add(With(LogLine.Deny($"10.1.0.{messages.Count + 1}", "203.0.113.20", 443), [column],
                        quoted ? Quoted(inner) : inner));

        await rig.SendAsync(way, messages);

        await rig.UntilReceivedAsync(messages.Count);
        await rig.SendAsync(way, LogLine.Deny("10.99.0.1", "203.0.113.20", 443));
        await rig.UntilSwitchHoldsAsync("DROP_TCP_10-99-0-1_", 1);
        Assert.DoesNotContain(rig.Recorded(), command => command.Contains("10-66-66-66", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_shows_control_characters_as_text()
    {
        await using var rig = new Rig();
        var lines = string.Join('\n', Messages().Select(message => message.ToString()!));

        foreach (var options in new[] { Array.Empty<string>(), ["--json"] })
        {
            var explained = await rig.AssistWithInputAsync(lines, ["explain", .. options]);
            Assert.Equal((0, ""), (explained.Code, explained.Errors));
            Assert.All(explained.Output, c => Assert.True(c == '\n' || !IsHidden(c), $"U+{(int)c:x4} in the output"));
        }
    }

    private static IEnumerable<object> Messages()
    {
        var port = 0;
        foreach (var payload in s_payloads)
            foreach (var text in new[] { payload, Quoted(payload) })
            {
                foreach (var column in LogLine.TextColumns)
                    yield return With(LogLine.Deny("10.2.0.1", "203.0.113.20", ++port), [column], text);
                yield return With(LogLine.Deny("10.2.0.1", "203.0.113.20", ++port), LogLine.TextColumns, text);
                yield return With(
                    LogLine.Allow("10.2.0.1", "203.0.113.20", ++port), ["Rule", "Application", "device_name"], text);
                yield return With(LogLine.Allow("10.2.0.1", "203.0.113.20", ++port),
                    ["Inbound Interface", "Outbound Interface"], text);
                yield return With(LogLine.Threat("10.2.0.1", "203.0.113.20", ++port), LogLine.ThreatColumns, text);
            }
    }

    private static LogLine With(LogLine log, IEnumerable<string> columns, string text)
    {
        foreach (var column in columns) log[column] = text;
        return log;
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Counted(string text) => $"{text.Length} {text}";

    private static bool IsHidden(char c) => char.IsControl(c) || c is '\u202e' or '\u2028' or '\u2029';
}
