using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assist.State;

/// <summary>A run of the daemon, as the next one and `status` find it.</summary>
/// <param name="Ended">Null where nobody wrote that: it still runs, or was killed.</param>
/// <param name="Reason">Why it ended: a signal, a command or a fault.</param>
internal sealed record LastRun(DateTimeOffset Started, int Pid, DateTimeOffset? Ended = null, string? Reason = null)
{
    /// <summary>For people, in local time.</summary>
    public override string ToString() => Ended is { } ended
        ? $"the last run ended at {WallClock.Text(ended)}, because of {Reason}"
        : $"the last run, process {Pid} since {WallClock.Text(Started)}, has not said that it ended: it was killed, "
            + "or the machine went down";
}

/// <summary>Keeps how the last run began and ended, for who asks why no daemon runs.</summary>
internal sealed class RunFile(string directory)
{
    private const int Version = 1;
    private const int MaxBytes = 4096;
    private const int MaxReason = 1000;

    private readonly StateFile _file = new(Path.Combine(directory, "run.state"), "run", Version, MaxBytes);

    /// <summary>Null where there is none that can be read: it explains, and nothing depends on it.</summary>
    public LastRun? Read()
    {
        try
        {
            return _file.ReadInPlace()?.Body is { } body
                ? JsonSerializer.Deserialize(body, RunJson.Default.LastRun) : null;
        }
        catch (Exception e) when (e is StateFileException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Why it cannot be kept; null where it is.</summary>
    public string? Write(LastRun run)
    {
        try
        {
            var kept = run.Reason is { Length: > MaxReason } reason ? run with { Reason = reason[..MaxReason] } : run;
            _file.Write(JsonSerializer.SerializeToUtf8Bytes(kept, RunJson.Default.LastRun));
            return null;
        }
        catch (StateFileException e)
        {
            return e.Message;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LastRun))]
internal sealed partial class RunJson : JsonSerializerContext;
