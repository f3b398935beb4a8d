using System.Globalization;
using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.PanOs;
using Assist.Pipeline;
using Assist.Replay;
using Assist.Rules;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;

namespace Assist.Tests.Replay;

public sealed class LogReplayTests : IDisposable
{
    private static readonly DateTime s_start = new(2026, 11, 21, 10, 0, 0);

    private LogReplay _replay = New(TimeZoneInfo.Utc);

    public void Dispose() => _replay.Dispose();

    [Fact]
    public void Entries_live_and_end_in_the_time_of_the_logs()
    {
        for (var minute = 0; minute < 120; minute += 10) Take(Deny(minute), minute * 60);

        var result = _replay.Finish();

        Assert.Equal((12L, 12L), (result.Messages, result.Outcomes(Outcome.Drop)));
        // A drop lives for 30 minutes: that of the minute 0 is gone when that of the minute 30 comes, or just not yet.
        Assert.InRange(result.Entries.Peak.Denials, 3, 4);
        Assert.Equal((s_start, s_start.AddMinutes(110)), (result.Start, result.End));
    }

    [Fact]
    public void A_repeat_within_the_window_is_a_duplicate_and_later_renews()
    {
        Take(Deny(1), 0);
        Take(Deny(1), 30);
        Take(Deny(1), 90);

        var result = _replay.Finish();

        Assert.Equal((1L, 1L, 1L), (result.Outcomes(Outcome.Drop), result.Outcomes(Outcome.Duplicate),
            result.Outcomes(Outcome.Refreshed)));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_the_limit_told()
    {
        _replay.Dispose();
        _replay = New(TimeZoneInfo.Utc, capacity: 20);
        for (var host = 0; host < 50; host++) Take(Deny(host), 0);

        var result = _replay.Finish();

        Assert.Equal(20, result.TableLimit);
        Assert.InRange(result.Entries.Peak.Total, 1, 20);
        Assert.Equal(50, result.Outcomes(Outcome.Drop) + result.Outcomes(Outcome.OverLimit));
        Assert.Equal(result.Outcomes(Outcome.OverLimit), Enum.GetValues<FlowLimit>().Sum(result.Limits));
    }

    [Fact]
    public void Bytes_of_a_session_count_as_bypassed_where_it_had_a_bypass()
    {
        Take(Allow(1, "start"), 0);
        Take(Allow(1, "end", bytes: 700), 60);
        Take(Allow(2, "end", bytes: 40), 61);

        var result = _replay.Finish();

        Assert.Equal((740L, 700L), (result.SessionBytes, result.BypassedBytes));
        Assert.Equal(1, result.Outcomes(Outcome.Retracted));
    }

    [Fact]
    public void A_log_that_says_it_is_of_the_future_does_not_make_the_others_old()
    {
        Take(Deny(1), 0);
        Take(Deny(2), 20 * 365 * 86_400);
        Take(Deny(3), 1);

        var result = _replay.Finish();

        Assert.Equal((2L, 1L), (result.Outcomes(Outcome.Drop), result.Outcomes(Outcome.Stale)));
        Assert.Equal(s_start.AddSeconds(1), result.End);
    }

    [Fact]
    public void A_log_without_a_time_counts_as_of_the_one_before_and_is_told()
    {
        const string Line = "type=\"traffic\" srcip=192.0.2.1 srcport=5100 dstip=203.0.113.20 dstport=443 "
            + "action=\"deny\" proto=6 end=1";
        _replay.Dispose();
        _replay = New(TimeZoneInfo.Utc, format: new FortiGateFormat());
        _replay.Take(Encoding.UTF8.GetBytes($"date=2026-11-21 time=10:00:00 {Line}"));
        _replay.Take(Encoding.UTF8.GetBytes(Line));

        var result = _replay.Finish();

        Assert.Equal((1L, s_start), (result.WithoutTime, result.End));
        Assert.Equal((1L, 1L), (result.Outcomes(Outcome.Drop), result.Outcomes(Outcome.Stale)));
    }

    [Fact]
    public void Logs_of_summer_are_of_one_time_when_they_are_replayed_in_winter()
    {
        _replay.Dispose();
        _replay = New(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Take(Deny(1), 0, new DateTime(2026, 7, 1, 12, 0, 0));
        Take(Deny(2), 1, new DateTime(2026, 7, 1, 12, 0, 0));

        var result = _replay.Finish();

        Assert.Equal((new DateTime(2026, 7, 1, 10, 0, 0), 2L), (result.Start, result.Outcomes(Outcome.Drop)));
    }

    private static LogReplay New(TimeZoneInfo zone, int capacity = 1000, IMessageFormat? format = null)
    {
        var options = new DecisionOptions
        {
            Clock = zone,
            Ports = Given.Ports,
            Rules =
            [
                new() { Name = "denied", Action = RuleAction.Drop, When = [new("action", ["deny"])] },
                new() { Name = "drop", Action = RuleAction.Drop, When = [new("Action", ["deny"])] },
                new()
                {
                    Name = "bypass",
                    Action = RuleAction.Bypass,
                    When = [new("Action", ["allow"]), new("Threat/Content Type", ["start"])],
                },
            ],
        };
        var pipeline = new DecisionPipeline(
            format ?? new PanOsFormat(), options, Given.Open, TimeSpan.FromMinutes(1));
        return new LogReplay(
            new ReplaySetup(
                pipeline, Given.Planner, new TableOptions { Capacity = capacity }, Given.Open.MayStay, Transport.Tls),
            new DateTime(2026, 12, 24, 0, 0, 0, DateTimeKind.Utc));
    }

    private void Take(PanOsLine line, int second, DateTime? start = null)
    {
        var stamp = (start ?? s_start).AddSeconds(second)
            .ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture);
        foreach (var column in (int[])[1, 6]) line[column] = stamp;
        _replay.Take(Encoding.UTF8.GetBytes(line.ToString()));
    }

    private static PanOsLine Deny(int host)
    {
        var line = PanOsLine.Traffic();
        (line[7], line[30], line[4]) = ($"192.0.2.{host}", "deny", "deny");
        return line;
    }

    private static PanOsLine Allow(int host, string subtype, int bytes = 0)
    {
        var line = PanOsLine.Traffic();
        (line[7], line[4], line[31]) = ($"192.0.2.{host}", subtype, $"{bytes}");
        return line;
    }
}
