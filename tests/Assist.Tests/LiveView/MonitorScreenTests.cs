using Assist.Control;
using Assist.LiveView;

namespace Assist.Tests.LiveView;

/// <summary>What `monitor` shows and what its keys do, without a terminal.</summary>
public sealed class MonitorScreenTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly MonitorScreen _screen = new(isUnicode: true);

    public MonitorScreenTests() => Show(
        Flow("DROP_A", "drop", "10.0.0.1", packets: 5, rule: "deny"),
        Flow("DROP_B", "drop", "10.0.0.2", packets: 900, rule: "deny"),
        Flow("BYPASS_C", "bypass", "10.0.1.3", packets: 70, rule: "allow"));

    [Theory]
    [InlineData(20, 5)]
    [InlineData(60, 12)]
    [InlineData(80, 24)]
    [InlineData(81, 24)]
    [InlineData(132, 43)]
    [InlineData(200, 50)]
    [InlineData(400, 10)]
    public void Every_view_fills_the_terminal_and_no_more(int width, int height)
    {
        foreach (var keys in new[] { "", "?", "/x", "d" })
        {
            var screen = new MonitorScreen(isUnicode: false);
            screen.Take(Reading([Flow("DROP_世界", "drop", "2001:db8:1111:2222:3333:4444:5555:6666", rule: "日本語の規則")]));
            Press(screen, keys);

            var lines = screen.Lines(width, height);

            Assert.Equal(height, lines.Count);
            Assert.All(lines, line => Assert.Equal((width, width), (line.Width, Cells.WidthOf(line.Text))));
        }
    }

    [Fact]
    public void A_narrow_terminal_has_what_an_operator_needs_first_and_a_wide_one_more()
    {
        Assert.Matches(@"drop +10\.0\.0\.1:50000 +203\.0\.113\.5:443 +office +deny +5m +29m +5", Screen(80));
        Assert.Matches(@"Application +State", Screen(200));
        Assert.DoesNotContain("Application", Screen(80), StringComparison.Ordinal);
    }

    [Fact]
    public void Flows_are_sorted_by_the_column_that_was_chosen_both_ways()
    {
        Press("s");
        Assert.Equal(["BYPASS_C", "DROP_A", "DROP_B"], Names());
        Press("S");
        Assert.Equal(["DROP_A", "DROP_B", "BYPASS_C"], Names());
        while (!Screen().Contains("by pkts", StringComparison.Ordinal)) Press("s");
        Assert.Equal(["DROP_B", "BYPASS_C", "DROP_A"], Names());
        Press("r");
        Assert.Equal(["DROP_A", "BYPASS_C", "DROP_B"], Names());
    }

    [Fact]
    public void Flows_are_found_by_a_prefix_a_rule_or_an_action()
    {
        Press("/10.0.0.0/24");
        Assert.Equal(["DROP_A", "DROP_B"], Names());
        _screen.Press(new KeyPress(Key.Escape));
        Assert.Equal(3, Names().Count);
        Press("/allo");
        _screen.Press(new KeyPress(Key.Backspace));
        _screen.Press(new KeyPress(Key.Enter));
        Assert.Equal(["BYPASS_C"], Names());
        _screen.Press(new KeyPress(Key.Escape));
        Press("a");
        Assert.Equal(["DROP_A", "DROP_B"], Names());
    }

    [Fact]
    public void The_chosen_flow_stays_chosen_while_others_come_and_go()
    {
        Press("j");
        Assert.Contains(">drop   10.0.0.2", Screen(), StringComparison.Ordinal);

        Show(Flow("DROP_B", "drop", "10.0.0.2"), Flow("DROP_D", "drop", "10.0.0.4"));

        Assert.Contains(">drop   10.0.0.2", Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chosen_flow_is_always_in_sight()
    {
        Show([.. Enumerable.Range(1, 100).Select(n => Flow($"DROP_{n}", "drop", $"10.0.0.{n}"))]);

        _screen.Press(new KeyPress(Key.End));
        Assert.Contains(">drop   10.0.0.100:", Screen(), StringComparison.Ordinal);
        for (var i = 0; i < 50; i++) Press("k");
        Assert.Contains(">drop   10.0.0.50:", Screen(), StringComparison.Ordinal);
        _screen.Press(new KeyPress(Key.Home));
        Assert.Contains(">drop   10.0.0.1:", Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_reason_has_message_rule_commands_and_the_switchs_answer()
    {
        Press("j");
        _screen.Press(new KeyPress(Key.Enter));
        Assert.Equal("DROP_B", _screen.Wanted);
        var flow = Flow("DROP_B", "drop", "10.0.0.2", rule: "deny") with
        {
            State = "rejected",
            Rejection = "no room",
        };
        _screen.Take(Reading([flow]) with
        {
            Name = "DROP_B",
            Flow = new FlowReport
            {
                Cause = new FlowCause(flow)
                {
                    Message = new MessageOrigin { Received = s_time.UtcDateTime, Text = "<14>fw \x1b[2Jdeny" },
                },
                Commands = ["flow DROP_B", "action drop"],
                History = [new EventStatus { Time = s_time.UtcDateTime, Event = "rejected", Reason = "no room" }],
                Source = "memory",
            },
        });

        var screen = Screen(100, 40);

        Assert.Contains(@"message     <14>fw \x1b[2Jdeny", screen, StringComparison.Ordinal);
        Assert.Matches("our rule +deny", screen);
        Assert.Matches("commands +flow DROP_B", screen);
        Assert.Matches("its answer +no room", screen);
        Assert.Matches("rejected: no room", screen);
        _screen.Press(new KeyPress(Key.Escape));
        Assert.Null(_screen.Wanted);
    }

    [Fact]
    public void No_control_character_of_a_log_reaches_the_screen()
    {
        const string hostile = "a\x1b[31m\u009b2J\r\n\u202eb";
        var flow = Flow("DROP_A", "drop", "10.0.0.1", rule: hostile) with
        {
            Origin = new FlowOrigin("192.0.2.1", "udp", hostile, hostile),
        };
        Show(flow);
        foreach (var keys in new[] { "", "d" })
        {
            Press(keys);
            Assert.DoesNotContain(Screen(200, 50), c => (char.IsControl(c) && c != '\n') || c == '\u202e');
        }
    }

    [Fact]
    public void What_was_read_before_stays_when_nobody_answers_and_says_how_old_it_is()
    {
        _screen.Take(new MonitorReading("a socket", s_time, At(9)) { Fault = "nobody answers" });

        Assert.Contains("! nobody answers; this is of ", Screen(), StringComparison.Ordinal);
        Assert.Contains("10.0.0.2", Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void Space_keeps_what_is_shown()
    {
        Press(" ");
        Show(Flow("DROP_D", "drop", "10.0.0.4"));
        Assert.Equal(3, Names().Count);

        Press(" ");
        Show(Flow("DROP_D", "drop", "10.0.0.4"));
        Assert.Single(Names());
    }

    [Fact]
    public void Q_quits_but_not_while_a_search_is_typed()
    {
        Press("/q");
        Assert.False(_screen.HasQuit);
        _screen.Press(new KeyPress(Key.Enter));
        Press("q");
        Assert.True(_screen.HasQuit);
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private static MonitorReading Reading(IReadOnlyList<FlowStatus> flows) =>
        new("a socket", s_time, At(0)) { Flows = new ControlResponse { Flows = flows } };

    private void Show(params FlowStatus[] flows) => _screen.Take(Reading(flows));

    private void Press(string letters) => Press(_screen, letters);

    private static void Press(MonitorScreen screen, string letters)
    {
        foreach (var letter in letters) screen.Press(new KeyPress(Key.Letter, $"{letter}"));
    }

    private string Screen(int width = 80, int height = 24) =>
        string.Join('\n', _screen.Lines(width, height).Select(line => line.Text));

    // By their sources, which are unique here.
    private List<string> Names() =>
    [
        .. Screen().Split('\n').Where(line => line.StartsWith('+'))
            .Select(line => line.Contains("10.0.0.1:", StringComparison.Ordinal) ? "DROP_A"
                : line.Contains("10.0.0.2:", StringComparison.Ordinal) ? "DROP_B"
                : line.Contains("10.0.1.3:", StringComparison.Ordinal) ? "BYPASS_C" : "another"),
    ];

    private static FlowStatus Flow(
        string name, string action, string source, long packets = 0, string rule = "a-rule") => new()
        {
            Name = name,
            Action = action,
            State = "programmed",
            Match = new MatchStatus
            {
                Source = source,
                SourcePort = 50_000,
                Destination = "203.0.113.5",
                DestinationPort = 443,
                Protocol = "tcp",
            },
            Rule = rule,
            Origin = new FlowOrigin("192.0.2.1", "udp", "office", "ssl"),
            Entries = 1,
            Packets = packets,
            BegunAgoS = 300,
            ExpiresInS = 1799,
        };
}
