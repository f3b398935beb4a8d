using Assist.Addresses;
using Assist.Configuration;
using Assist.Control;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>Every sender is heard, and what it sends is understood.</summary>
internal sealed class SenderCheck(Counters counters, RunningConfiguration running, TimeProvider time) : IHealthCheck
{
    private const int LeastMessages = 10;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeSpan _start = time.GetElapsedTime(0);

    // Guarded by the gate.
    private readonly Dictionary<IpAddr, SenderHealth> _senders = [];
    private (TimeSpan At, long Received, long Refused) _judged;
    private string? _strangers;
    private bool _hasObserved;

    private TimeSpan Now => time.GetElapsedTime(0);

    public void Observe(TableReading table)
    {
        var (now, senders) = (Now, running.Config.Syslog.Senders);
        lock (_gate)
        {
            foreach (var sender in _senders.Keys.Where(sender => !senders.Any(prefix => prefix.Contains(sender))))
                _senders.Remove(sender);
            foreach (var counts in counters.Senders.Known) Observe(counts, senders, now);
            _hasObserved = true;
            if (now - _judged.At >= s_interval) JudgeStrangers(now);
        }
    }

    public IEnumerable<Finding> Look(TableReading table)
    {
        lock (_gate)
        {
            var now = Now;
            var findings = _senders.Values.SelectMany(sender => sender.Findings(now)).ToList();
            if (_strangers is { } text) findings.Add(Finding.Problem(HealthKind.SendersRefused, text));
            return [.. findings, .. EmptyPrefixes(now)];
        }
    }

    private void Observe(SenderCounts counts, IReadOnlyList<IpPrefix> senders, TimeSpan now)
    {
        if (!_senders.TryGetValue(counts.Sender, out var health) || health.Counts != counts)
            // A sender that a reload has added is waited for from then on.
            _senders[counts.Sender] = health = new SenderHealth(counts, _hasObserved ? now : _start);
        var options = running.Config.Health;
        var mayBeSilent = options.MayBeSilent.Any(prefix => prefix.Contains(counts.Sender));
        var isExpected = senders.Any(prefix => prefix.IsSingle && prefix.Address == counts.Sender);
        health.Observe(mayBeSilent ? options with { Silence = TimeSpan.Zero } : options, isExpected, now);
    }

    // One who sends from anywhere may do so at any time: only most of all datagrams is a problem.
    private void JudgeStrangers(TimeSpan now)
    {
        var received = counters.ReceivedOf(Transport.Udp);
        // A sender with another serial number than its own is known, and is told by itself.
        var refused = counters.Of(Transport.Udp, Outcome.RefusedSender)
            - counters.Senders.Known.Sum(sender => sender.Of(Transport.Udp, Outcome.RefusedSender));
        var (all, strange) = (received - _judged.Received, refused - _judged.Refused);
        if (all >= LeastMessages)
            _strangers = strange * 2 <= all ? null
                : $"{strange} of the last {all} datagrams came from addresses that are not in firewall.senders; "
                    + "the log names them; if one is the firewall's, add it";
        else if (strange == 0) _strangers = null;
        _judged = (now, received, refused);
    }

    private IEnumerable<Finding> EmptyPrefixes(TimeSpan now)
    {
        var (silence, mayBeSilent) = (running.Config.Health.Silence, running.Config.Health.MayBeSilent);
        if (silence == TimeSpan.Zero || now - _start <= silence) return [];
        var known = counters.Senders.Known;
        return running.Config.Syslog.Senders
            .Where(prefix => !prefix.IsSingle && !mayBeSilent.Any(each => each.Contains(prefix.Address))
                && !known.Any(sender => prefix.Contains(sender.Sender)))
            .Select(prefix => Finding.Problem(
                HealthKind.SenderSilent,
                $"nothing has been received from any address of {prefix} since the start; check the senders' syslog "
                + "settings and the way to here, or name it in health.may_be_silent") with
            { Subject = $"{prefix}" });
    }
}
