using System.Text.Json;
using Assist.Tests;

namespace Assist.Faults;

/// <summary>What the hardware did during the run.</summary>
internal sealed class JournalJudge(IReadOnlyList<Asked> all, FaultInjector faults, WiringHistory wirings)
{
    public IEnumerable<string> Judge(IReadOnlyList<JournalLine> journal)
    {
        var entries = ((Wiring[])[Wiring.First, Wiring.Second])
            .ToDictionary(wiring => wiring, wiring => EntryModel.Of(all, wiring));
        var cleared = journal.Where(line => line.Name.Length == 0).Select(line => line.At).ToList();
        foreach (var line in journal)
        {
            if (!SwitchFlow.IsOurs(line.Name))
            {
                if (line.What == "removed" && !line.Name.StartsWith("MSS_", StringComparison.Ordinal)
                    && !Wiring.Stale.Contains(line.Name))
                    yield return $"{line.At:HH:mm:ss.fff}: {line.Name}, which is not ours, was removed";
            }
            // Half written, it does nothing; once it acts, it is whole.
            else if (line.What == "programmed"
                && Array.Exists(line.Lines, text => text.StartsWith("action", StringComparison.Ordinal)))
            {
                var fault = Fault(line, entries[wirings.At(line.At)]);
                // What the switch still has of the old wiring it fills in itself, until the daemon has taken it away.
                if (fault is not null && line.IsBySwitch(cleared)) fault = Fault(line, entries[Wiring.First]);
                if (fault is not null) yield return $"{line.At:HH:mm:ss.fff}: {line.Name} was programmed: {fault}";
            }
        }
        if (faults.Foreign.Any(name => journal.Any(line => line.What == "removed" && line.Name == name)))
            yield return "a flow of another writer was removed";
    }

    private static string? Fault(JournalLine line, Dictionary<string, string[]> entries) =>
        entries.TryGetValue(line.Name, out var lines)
            ? EntryModel.Fault(line.Lines, lines)
            : "no log asked for it";
}

/// <summary>What the switch was told.</summary>
internal static class RecordJudge
{
    public static IEnumerable<string> Judge(IReadOnlyList<string> record)
    {
        var writtenSinceReading = new HashSet<string>();
        var (before, length) = (new List<string>(), 0);
        foreach (var commands in record.Select(Commands))
        {
            var flows = commands.Where(command => command.StartsWith("flow ", StringComparison.Ordinal)).ToList();
            // What stands behind a command that the switch refused was not carried out, and comes again by itself.
            if (commands.Count < length && before.TakeLast(flows.Count).SequenceEqual(flows))
                writtenSinceReading.ExceptWith(flows);
            if (flows.Count > 0) (before, length) = (flows, commands.Count);
            foreach (var command in commands)
            {
                if (!CommandGrammar.Known.IsMatch(command)) yield return $"the switch was told '{command}'";
                if (command.StartsWith("no flow ", StringComparison.Ordinal)
                    && !SwitchFlow.IsOurs(command["no flow ".Length..])
                    && !Wiring.Stale.Contains(command["no flow ".Length..]))
                    yield return $"the switch was told '{command}', which is not ours";
                if (command == "show directflow detail") writtenSinceReading.Clear();
                // After an answer that is unknown the switch is read first.
                if (command.StartsWith("flow ", StringComparison.Ordinal) && !writtenSinceReading.Add(command))
                    yield return $"'{command}' was sent again before the switch was read";
            }
            // What a request of its own has taken away may be asked for anew.
            writtenSinceReading.ExceptWith(
                commands.Where(command => command.StartsWith("no flow ", StringComparison.Ordinal))
                .Select(command => command["no ".Length..]).Except(flows));
        }
    }

    private static List<string> Commands(string line) =>
        [.. LineSocket.Json(line).EnumerateArray().Select(
            command => command.ValueKind == JsonValueKind.String ? command.GetString()! : command.GetRawText())];
}
