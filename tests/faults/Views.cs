using System.Globalization;
using System.Text.Json;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Faults;

/// <summary>A flow as the switch itself sees it.</summary>
internal sealed record SwitchFlow(string Name, bool IsProgrammed, string[] Lines)
{
    public static SwitchFlow Read(JsonElement flow) => new(
        flow.GetProperty("name").GetString()!, flow.GetProperty("programmed").GetBoolean(),
        [.. flow.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!)]);

    public static bool IsOurs(string name) => name.StartsWith("DROP_", StringComparison.Ordinal)
        || name.StartsWith("BYPASS_FW_", StringComparison.Ordinal)
        || name.StartsWith("REDIR_TO_FW_", StringComparison.Ordinal);

    /// <summary>Without the mark of a half: as the daemon names the flow.</summary>
    public static string FlowOf(string entry) =>
        entry.EndsWith("_INI", StringComparison.Ordinal) || entry.EndsWith("_RSP", StringComparison.Ordinal)
            ? entry[..^4]
            : entry;
}

/// <summary>A line of the switch's journal.</summary>
internal sealed record JournalLine(DateTimeOffset At, string What, string Name, string[] Lines)
{
    private static readonly TimeSpan s_programming = TimeSpan.FromMilliseconds(100);

    /// <summary>An agent that restarts fills the hardware by itself, within the programming delay.</summary>
    public bool IsBySwitch(IEnumerable<DateTimeOffset> cleared) =>
        cleared.Any(at => at <= At && At - at < s_programming);

    public static JournalLine Read(string line)
    {
        var parts = line.Split(' ', 4);
        return new JournalLine(DateTimeOffset.Parse(parts[0], CultureInfo.InvariantCulture), parts[1],
            parts.ElementAtOrDefault(2) ?? "", parts.ElementAtOrDefault(3)?.Split(';') ?? []);
    }
}

/// <summary>What `status --json` says.</summary>
internal sealed class Status(JsonElement json)
{
    public JsonElement Json => json;

    public long Received => json.GetProperty("received").GetInt64();

    public long SumOfOutcomes =>
        json.GetProperty("outcomes").EnumerateObject().Sum(outcome => outcome.Value.GetInt64());

    public int QueueLength => json.GetProperty("queue_length").GetInt32();

    public bool IsReachable => json.GetProperty("switch").GetProperty("reachable").GetBoolean();

    public bool IsHealthy => json.GetProperty("health").GetString() == "healthy";

    public int BypassesLeft => json.GetProperty("table").GetProperty("bypasses_left").GetInt32();

    public int Entries => json.GetProperty("table").GetProperty("entries").GetInt32();

    public long KernelDrops => json.GetProperty("rejected").GetProperty("kernel_drop").GetInt64();

    public long Outcome(string name) => json.GetProperty("outcomes").GetProperty(name).GetInt64();

    public int Flows(string state) => json.GetProperty("table").GetProperty("flows").EnumerateObject()
        .Sum(action => action.Value.GetProperty(state).GetInt32());
}
