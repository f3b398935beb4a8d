using System.Text;
using Assist.Logging;
using Assist.Pipeline;
using Assist.Telemetry;

namespace Assist.Commands;

/// <summary>Counts the messages of which two configurations make something else. There are as many kinds of change as
/// outcomes and rules allow, however many messages come.</summary>
internal sealed class ReplayChanges
{
    private const int ExampleBytes = 256;

    private readonly Dictionary<(string From, string? FromRule, string To, string? ToRule), ReplayChange> _changes = [];

    public IReadOnlyList<ReplayChange> All =>
        [.. _changes.Values.OrderByDescending(change => change.Messages).ThenBy(change => change.Line)];

    /// <param name="before">Null where the message has no session for it.</param>
    /// <param name="line">Counted over all files.</param>
    public void Note(in Decision? before, in Decision? after, ReadOnlySpan<byte> message, long line)
    {
        var (from, fromRule) = Made(before);
        var (to, toRule) = Made(after);
        if (from == to && fromRule == toRule) return;
        var key = (from, fromRule, to, toRule);
        _changes[key] = _changes.TryGetValue(key, out var known) ? known with { Messages = known.Messages + 1 }
            : new ReplayChange(
                from, fromRule, to, toRule, 1, line,
                Printable.Of(Encoding.UTF8.GetString(message[..Math.Min(message.Length, ExampleBytes)])));
    }

    private static (string Outcome, string? Rule) Made(in Decision? decision) =>
        decision is { } made ? (Counters.Name(made.Outcome), made.Rule) : ("no_session", null);
}
