using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assist.State;

/// <summary>An operator's word that no drop may touch an address or a prefix until then.</summary>
/// <param name="Address">An address or a prefix, as it is shown.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">The operator's own words; null where none were given.</param>
internal sealed record Allowance(
    string Address, DateTimeOffset Since, DateTimeOffset Until, string By, string? Reason)
{
    /// <summary>For people, in local time.</summary>
    public override string ToString()
    {
        var words = Reason is null ? "" : $" ({Reason})";
        return $"no drop of {Address} until {WallClock.Text(Until)}, by {By}{words}";
    }

    public TimeSpan Left(DateTimeOffset now) => WallClock.Left(Since, Until, now);
}

/// <summary>Keeps what an operator allows over a restart.</summary>
internal sealed class AllowanceFile(string stateDirectory)
{
    private const int Version = 1;
    private const int MaxBytes = 1 << 20;

    private readonly StateFile _file =
        new(Path.Combine(stateDirectory, "allowances.state"), "allowances", Version, MaxBytes);

    /// <exception cref="StateFileException">There is a file, and it is not usable.</exception>
    public IReadOnlyList<Allowance> Read()
    {
        if (_file.Read() is not { } body) return [];
        try
        {
            return JsonSerializer.Deserialize(body, AllowanceJson.Default.AllowanceArray) ?? [];
        }
        catch (JsonException e)
        {
            throw _file.PutAside(e.Message);
        }
    }

    /// <exception cref="StateFileException">It could not be written.</exception>
    public void Write(IEnumerable<Allowance> allowances) => _file.Write(
        JsonSerializer.SerializeToUtf8Bytes([.. allowances], AllowanceJson.Default.AllowanceArray));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Allowance[]))]
internal sealed partial class AllowanceJson : JsonSerializerContext;
