using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assist.State;

/// <summary>Addresses that the switch depends on, as they were learnt then.</summary>
internal sealed record LearntRecord(DateTimeOffset At, IReadOnlyList<LearntEntry> Addresses);

/// <param name="Source">Where it was learnt, as in protect.learn.</param>
internal sealed record LearntEntry(string Address, string Source);

/// <summary>Keeps what was learnt from the switch for a start at which it cannot be asked.</summary>
internal sealed class LearntFile(string stateDirectory)
{
    private const int Version = 1;
    private const int MaxBytes = 1 << 20;

    private readonly StateFile _file =
        new(Path.Combine(stateDirectory, "learnt.state"), "learnt", Version, MaxBytes);

    /// <summary>Null where there is none.</summary>
    /// <exception cref="StateFileException">There is a file, and it is not usable.</exception>
    public LearntRecord? Read()
    {
        if (_file.Read() is not { } body) return null;
        try
        {
            return JsonSerializer.Deserialize(body, LearntJson.Default.LearntRecord);
        }
        catch (JsonException e)
        {
            throw _file.PutAside(e.Message);
        }
    }

    /// <exception cref="StateFileException">It could not be written.</exception>
    public void Write(LearntRecord learnt) =>
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(learnt, LearntJson.Default.LearntRecord));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LearntRecord))]
internal sealed partial class LearntJson : JsonSerializerContext;
