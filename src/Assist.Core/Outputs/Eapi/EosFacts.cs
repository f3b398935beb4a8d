using System.Globalization;
using System.Text.Json;

namespace Assist.Outputs.Eapi;

/// <summary>What the switch says of itself.</summary>
public sealed record EosFacts
{
    public string Version { get; init; } = "";
    public string Model { get; init; } = "";
    public string Hostname { get; init; } = "";

    /// <summary>How long it has been up; null where it does not say.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<EosFacts> ReadAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var version = await eapi.RunAsync(["show version"], EapiFormat.Json, cancellation);
        if (version.Error is { } error) throw new TargetException($"the switch refused 'show version': {error.Reason}");
        using var hostname = await eapi.RunAsync(["show hostname"], EapiFormat.Json, cancellation);
        return Of(version, hostname);
    }

    /// <summary>The same from answers at hand. That to `show version` must have a result.</summary>
    internal static EosFacts Of(EapiResponse version, EapiResponse hostname) => new()
    {
        Version = Text(version.Results[0], "version"),
        Model = Text(version.Results[0], "modelName"),
        Hostname = hostname.Error is null ? Text(hostname.Results[0], "hostname") : "",
        Uptime = UptimeIn(version.Results[0]),
    };

    /// <summary>How long the switch has been up; null where it does not say. One small request.</summary>
    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<TimeSpan?> UptimeAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var version = await eapi.RunAsync(["show version"], EapiFormat.Json, cancellation);
        return version.Error is null ? UptimeIn(version.Results[0]) : null;
    }

    private static TimeSpan? UptimeIn(JsonElement version) =>
        double.TryParse(Text(version, "uptime"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 1e10 ? TimeSpan.FromSeconds(seconds) : null;

    private static string Text(JsonElement result, string name) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <summary>The numbers of an EOS release such as 4.33.1F.</summary>
public readonly record struct EosVersion(int Major, int Minor, int Patch)
{
    public static bool TryParse(string? text, out EosVersion version)
    {
        version = default;
        var parts = (text ?? "").Split('.', 4);
        if (parts.Length < 3 || !int.TryParse(parts[0], out var major) || !int.TryParse(parts[1], out var minor))
            return false;
        var digits = parts[2].AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (!int.TryParse(digits < 0 ? parts[2] : parts[2].AsSpan(0, digits), out var patch)) return false;
        version = new EosVersion(major, minor, patch);
        return true;
    }

    public bool IsBefore(EosVersion other) =>
        (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch)) < 0;

    public override string ToString() => $"{Major}.{Minor}.{Patch}F";
}
