using System.Globalization;
using System.Text.Json;

namespace Assist.Outputs.Eapi;

/// <summary>What the switch says of itself.</summary>
public sealed record EosFacts
{
    public string Version { get; init; } = "";
    public string Model { get; init; } = "";
    public string Hostname { get; init; } = "";

    /// <summary>When it has started.</summary>
    public BootMark Booted { get; init; }

    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<EosFacts> ReadAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var version = await eapi.AskAsync(["show version"], EapiFormat.Json, cancellation);
        if (version.Error is { } error) throw new TargetException($"the switch refused 'show version': {error.Reason}");
        using var hostname = await eapi.AskAsync(["show hostname"], EapiFormat.Json, cancellation);
        return Of(version, hostname);
    }

    /// <summary>The same from answers at hand. That to `show version` must have a result.</summary>
    internal static EosFacts Of(EapiResponse version, EapiResponse hostname) => new()
    {
        Version = Text(version.Results[0], "version"),
        Model = Text(version.Results[0], "modelName"),
        Hostname = hostname.Error is null ? Text(hostname.Results[0], "hostname") : "",
        Booted = BootIn(version.Results[0]),
    };

    /// <summary>When the switch has started. One small request.</summary>
    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<BootMark> BootedAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var version = await eapi.AskAsync(["show version"], EapiFormat.Json, cancellation);
        return version.Error is null ? BootIn(version.Results[0]) : default;
    }

    private static BootMark BootIn(JsonElement version) =>
        new(Seconds(version, "uptime"), Seconds(version, "bootupTimestamp"));

    private static TimeSpan? Seconds(JsonElement version, string name) =>
        double.TryParse(Text(version, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 1e10 ? TimeSpan.FromSeconds(seconds) : null;

    private static string Text(JsonElement result, string name) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <summary>How a switch tells when it has started; older releases have only the second.</summary>
/// <param name="Uptime">How long it has been up; null where it does not say.</param>
/// <param name="Since">The wall clock's time of its start, since 1970; null where it does not say.</param>
public readonly record struct BootMark(TimeSpan? Uptime, TimeSpan? Since);

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
