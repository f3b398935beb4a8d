using System.Text.Json;
using System.Text.Json.Serialization;
using Assist.Rules;

namespace Assist.State;

/// <summary>Since when and why the daemon does not act.</summary>
/// <param name="Since">When an operator said so.</param>
/// <param name="By">The command, <c>pause</c> or <c>panic</c>.</param>
/// <param name="Reason">The operator's own words; null where none were given.</param>
internal sealed record Pause(DateTimeOffset Since, string By, string? Reason)
{
    public const string Panic = "panic";

    /// <summary>When it ends by itself; null where somebody has to resume.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Who said so; null where the daemon was not asked, or an earlier version kept it.</summary>
    public string? User { get; init; }

    public TimeSpan Left(DateTimeOffset now) =>
        Until is { } until ? WallClock.Left(Since, until, now) : TimeSpan.MaxValue;

    /// <summary>What holds when another order comes: a panic replaces a pause, and else the first keeps its time and
    /// words. Of two ends the later one holds, and none is later than any.</summary>
    public Pause With(Pause asked) =>
        asked.By == Panic && By != Panic ? asked : this with
        {
            Until = Until is null || asked.Until is null || By == Panic ? null : Later(Until, asked.Until),
            Reason = Reason ?? (asked.By == By ? asked.Reason : null),
        };

    /// <summary>For people, in local time.</summary>
    public override string ToString()
    {
        var words = Reason is null ? "" : $" ({Reason})";
        var end = Until is { } until ? $" until {WallClock.Text(until)}" : "";
        return $"paused since {WallClock.Text(Since)}{end} by `assist {By}`{words}";
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other ? one : other;
}

/// <summary>Keeps a pause over a restart: a small file, there while the daemon is to stay paused.</summary>
internal sealed class PauseFile(string directory)
{
    private const int Version = 1;
    private const int MaxBytes = 4096;

    // The name of before: an older version that finds this file cannot read it, and so stays paused too.
    private readonly string _path = Path.Combine(directory, "paused.json");
    private readonly StateFile _file = new(Path.Combine(directory, "paused.json"), "pause", Version, MaxBytes);

    /// <summary>The pause that is kept; null where there is none. One that cannot be read is a pause too, and stays one
    /// until somebody resumes: acting against an operator's word is the worse mistake. Its reason says what is
    /// wrong.</summary>
    public Pause? Read(DateTimeOffset now)
    {
        try
        {
            if (_file.ReadInPlace() is not { } content) return null;
            if (content.Body is null && !IsOfBefore(content.Bytes))
                return Unreadable(now, $"{_path} is not usable: {content.Fault}");
            var pause = JsonSerializer.Deserialize(content.Body ?? content.Bytes, PauseJson.Default.Pause);
            return pause is { By: not null } ? pause : Unreadable(now, $"{_path} is not usable: it names no command");
        }
        catch (StateFileException e)
        {
            return Unreadable(now, e.Message);
        }
        catch (JsonException e)
        {
            return Unreadable(now, $"{_path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Why the pause cannot be kept; null where it is.</summary>
    public string? Write(Pause pause) =>
        Try(() => _file.Write(JsonSerializer.SerializeToUtf8Bytes(pause, PauseJson.Default.Pause)));

    /// <summary>Why the pause stays on file; null where it does not.</summary>
    public string? Remove() => Try(_file.Remove);

    private static string? Try(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (StateFileException e)
        {
            return e.Message;
        }
    }

    // Up to version 0.1 it was JSON and nothing else.
    private static bool IsOfBefore(byte[] content) => content is [(byte)'{', ..];

    private static Pause Unreadable(DateTimeOffset now, string fault) => new(now, "pause", fault);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Pause))]
internal sealed partial class PauseJson : JsonSerializerContext;
