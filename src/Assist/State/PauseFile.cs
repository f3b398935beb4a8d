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

    /// <summary>For people, in local time.</summary>
    public override string ToString() =>
        $"paused since {Since.ToLocalTime():yyyy-MM-dd HH:mm:ss} by `assist {By}`{(Reason is null ? "" : $" ({Reason})")}";
}

/// <summary>Keeps a pause over a restart: a small file, there while the daemon is to stay paused.</summary>
internal sealed class PauseFile(string directory)
{
    private const int MaxBytes = 4096;
    private readonly string _path = Path.Combine(directory, "paused.json");

    /// <summary>The pause that is kept; null where there is none. One that cannot be read is a pause too: its reason says
    /// what is wrong, for acting against an operator's word is the worse mistake.</summary>
    public Pause? Read(DateTimeOffset now)
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), PauseJson.Default.Pause)
                ?? Unreadable(now, "it says null");
        }
        catch (Exception e) when (IsAbsent(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return Unreadable(now, e.Message);
        }
    }

    /// <summary>Why the pause cannot be kept; null where it is. Written whole or not at all, also when the power fails.</summary>
    public string? Write(Pause pause)
    {
        var next = _path + ".new";
        try
        {
            Directory.CreateDirectory(directory);
            using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(file, pause, PauseJson.Default.Pause);
                file.Flush(flushToDisk: true);
            }
            File.Move(next, _path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Why the pause stays on file; null where it does not.</summary>
    public string? Remove()
    {
        try
        {
            File.Delete(_path);
            return null;
        }
        catch (Exception e) when (IsAbsent(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static bool IsAbsent(Exception e) => e is FileNotFoundException or DirectoryNotFoundException;

    private Pause Unreadable(DateTimeOffset now, string fault) => new(now, "pause", $"{_path} cannot be read: {fault}");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Pause))]
internal sealed partial class PauseJson : JsonSerializerContext;
