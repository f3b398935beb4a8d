using Assist.Control;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>No log is lost or comes again, as far as the numbers of the firewall's logs show it. Only notices: a
/// firewall that sends a choice of its logs leaves out numbers too.</summary>
/// <param name="now">Monotonic.</param>
internal sealed class SequenceCheck(LogSequences sequences, Func<TimeSpan> now) : IHealthCheck
{
    private const string Missing = "logs_missing";
    private const string Repeated = "logs_repeated";

    // Fewer without a gap may be chance where only a choice of the logs is sent.
    private const int LeastLogs = 50;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    // So long a finding is told, and so long a minute without a gap shows that all logs are sent.
    private static readonly TimeSpan s_lasts = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<SequenceKey, Judged> _judged = [];
    private TimeSpan _judgedAt = now();

    public void Observe(TableReading table)
    {
        lock (_gate)
        {
            var at = now();
            if (at - _judgedAt < s_interval) return;
            _judgedAt = at;
            foreach (var sequence in sequences.Known)
                _judged[sequence.Key] = _judged.GetValueOrDefault(sequence.Key, new Judged()).With(sequence.Counts, at);
        }
    }

    public IEnumerable<Finding> Look(TableReading table)
    {
        lock (_gate) return [.. _judged.SelectMany(pair => Findings(pair.Key, pair.Value, now()))];
    }

    private static IEnumerable<Finding> Findings(SequenceKey key, Judged judged, TimeSpan now)
    {
        var logs = $"{key.Type} logs of the firewall {key.SerialText}";
        if (judged.LostAt is { } lost && now - lost < s_lasts)
            yield return Finding.Notice(Missing,
                $"{judged.Lost} {logs} were lost: their numbers were left out, while all had come before; compare the "
                + "firewall's log forwarding, and look for losses on the way (`assist status`, rejected; prefer TLS)")
                with
            { Subject = $"{key.SerialText} {key.Type}" };
        if (judged.RepeatedAt is { } repeated && now - repeated < s_lasts)
            yield return Finding.Notice(Repeated,
                $"{judged.Again} {logs} came again: the firewall sends them by two ways, or somebody sends recorded "
                + "logs once more; TLS with client certificates keeps others out")
                with
            { Subject = $"{key.SerialText} {key.Type}" };
    }

    private sealed record Judged
    {
        private SequenceCounts Counts { get; init; }
        private TimeSpan? WholeAt { get; init; }

        public TimeSpan? LostAt { get; private init; }
        public long Lost { get; private init; }
        public TimeSpan? RepeatedAt { get; private init; }
        public long Again { get; private init; }

        public Judged With(SequenceCounts counts, TimeSpan now)
        {
            var missing = counts.Missing - Counts.Missing;
            var repeated = counts.Repeated - Counts.Repeated;
            var isWhole = missing == 0 && counts.Awaited == 0 && counts.Received - Counts.Received >= LeastLogs;
            var isLost = missing > 0 && WholeAt is { } whole && now - whole < s_lasts;
            return new Judged
            {
                Counts = counts,
                WholeAt = isWhole ? now : WholeAt,
                LostAt = isLost ? now : LostAt,
                Lost = isLost ? missing : Lost,
                RepeatedAt = repeated > 0 ? now : RepeatedAt,
                Again = repeated > 0 ? repeated : Again,
            };
        }
    }
}
