using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>Judges one sender: how long it may be silent is learned from it, and its messages are judged by the minute.
/// Pure; <c>now</c> is monotonic. Used under the lock of <see cref="SenderCheck"/>.</summary>
/// <param name="start">When it could have been heard first.</param>
internal sealed class SenderHealth(SenderCounts counts, TimeSpan start)
{
    private const int SilenceFactor = 10;

    // Fewer tell nothing, and a sender that sends less is judged when it has sent so many.
    private const int LeastMessages = 10;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    // A sender that has not said more yet has no usual gap: one forged datagram makes nobody wait for a second.
    private const int LeastHeard = 20;

    private static readonly (Outcome Outcome, string Kind, string Words)[] s_refusals =
    [
        (Outcome.Stale, HealthKind.LogsStale, "are refused as stale: compare the firewall's clock and zone with this "
            + "machine's and with firewall.clock; `assist explain` shows the time that was read"),
        (Outcome.Malformed, HealthKind.LogsMalformed, "are malformed: compare firewall.format with what the sender "
            + "sends; `assist explain` shows what was expected"),
        (Outcome.NoInterface, HealthKind.LogsWithoutInterface, "name interfaces that are not the zones' firewall_port: "
            + "correct zones.a.firewall_port and zones.b.firewall_port"),
        (Outcome.RefusedSender, HealthKind.LogsOfOtherSerial, "have another serial number than firewall.senders names "
            + "for it: correct the serial there, or find out who sends them; `assist refused` shows the serial"),
    ];

    // So many that a rule should have matched one, whatever the traffic is.
    private const int LeastWithoutRule = 100;

    private TimeSpan _longestGap;
    private TimeSpan? _lastHeard;
    private bool _isKnown;
    private bool _isSilent;
    private readonly TimeSpan _since = start;
    private TimeSpan _judgedAt = start;
    private long[] _judged = new long[s_refusals.Length + 1];
    private Finding? _refusal;

    public SenderCounts Counts => counts;

    /// <summary>To be called every few seconds.</summary>
    /// <param name="isExpected">True for a sender that the configuration names by its address.</param>
    public void Observe(HealthOptions options, bool isExpected, TimeSpan now)
    {
        var heard = counts.LastHeard;
        // What was a silence is not usual, and what came before a sender was known may be forged.
        if (heard is { } at && _lastHeard is { } before && _isKnown && !_isSilent && at - before > _longestGap)
            _longestGap = at - before;
        _lastHeard = heard;
        _isKnown = isExpected || counts.Total() >= LeastHeard;
        _isSilent = options.Silence > TimeSpan.Zero && _isKnown && now - (heard ?? _since) > Patience(options);
        if (now - _judgedAt >= s_interval) Judge(options, now);
    }

    public IEnumerable<Finding> Findings(TimeSpan now)
    {
        if (_isSilent) yield return Silence(now);
        if (_refusal is { } refusal) yield return refusal;
        if (HasMatchedNothing()) yield return Useless();
    }

    private bool HasMatchedNothing()
    {
        var all = counts.Total();
        return all >= LeastWithoutRule && counts.Total(Outcome.NoRule) + counts.Total(Outcome.NotSession) == all;
    }

    private Finding Useless() => Finding.Notice(
        HealthKind.LogsWithoutRule,
        $"none of the {counts.Total()} messages of {counts.Sender} since the start matches a rule; check which logs it "
        + "sends and the rules' conditions; `assist explain` shows what a line becomes") with
    { Subject = $"{counts.Sender}" };

    private TimeSpan Patience(HealthOptions options) =>
        _longestGap * SilenceFactor > options.Silence ? _longestGap * SilenceFactor : options.Silence;

    private void Judge(HealthOptions options, TimeSpan now)
    {
        long[] sums = [.. s_refusals.Select(refusal => counts.Total(refusal.Outcome)), counts.Total()];
        var all = sums[^1] - _judged[^1];
        if (all < LeastMessages) return;
        long[] refused = [.. s_refusals.Select((_, i) => sums[i] - _judged[i])];
        (_judgedAt, _judged) = (now, sums);
        _refusal = options.RefusedPercent == 0 ? null : Refusal(refused, all, options.RefusedPercent);
    }

    private Finding? Refusal(long[] refused, long all, int percent)
    {
        var most = Array.IndexOf(refused, refused.Max());
        if (IsTooMuch(refused[most], all, percent))
            return Problem(
                s_refusals[most].Kind,
                $"{refused[most]} of the last {all} messages of {counts.Sender} {s_refusals[most].Words}");
        return IsTooMuch(refused.Sum(), all, percent)
            ? Problem(
                HealthKind.LogsRefused,
                $"{refused.Sum()} of the last {all} messages of {counts.Sender} are stale, malformed, of another "
                + "serial or without a known interface; `assist refused` shows why")
            : null;
    }

    // All of them is too much for every limit.
    private static bool IsTooMuch(long refused, long all, int percent) =>
        refused * 100 > all * percent || refused == all;

    private Finding Silence(TimeSpan now) => Problem(
        HealthKind.SenderSilent,
        (_lastHeard is { } heard
            ? $"nothing has been received from {counts.Sender} for {Minutes(now - heard)}; its longest gap before was "
                + $"{Math.Max(1, Math.Ceiling(_longestGap.TotalSeconds)):0} s"
            : $"nothing has been received from {counts.Sender} since the start {Minutes(now - _since)} ago")
        + "; check its syslog settings and the way to here, or name it in health.may_be_silent");

    private Finding Problem(string kind, string text) =>
        Finding.Problem(kind, text) with { Subject = $"{counts.Sender}" };

    private static string Minutes(TimeSpan time) =>
        time < TimeSpan.FromMinutes(2) ? $"{time.TotalSeconds:0} s" : $"{Math.Floor(time.TotalMinutes):0} min";
}
