using System.Globalization;
using System.Text.Json;
using Assist.Outputs.Eapi;
using Assist.Rules;

namespace Assist.Outputs.DirectFlow;

/// <summary>What the switch says of itself, and whether it can do the work.</summary>
public sealed record SwitchFacts
{
    /// <summary>The first release with `show directflow detail`, as the original requires it.</summary>
    public static readonly EosVersion MinimumVersion = new(4, 14, 6);

    public string Version { get; init; } = "";
    public string Model { get; init; } = "";
    public string Hostname { get; init; } = "";
    public bool IsDirectFlowOn { get; init; }

    /// <summary>How long it has been up; null where it does not say.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Entries that its hardware has for flows; null where it does not say.</summary>
    public int? FlowCapacity { get; init; }

    /// <summary>What keeps the daemon from working, with the way out; null where nothing does.</summary>
    public string? Fault
    {
        get
        {
            if (EosVersion.TryParse(Version, out var version) && version.IsBefore(MinimumVersion))
                return $"EOS {Version} is too old: DirectFlow needs {MinimumVersion} or later";
            return IsDirectFlowOn ? null : "DirectFlow is off on the switch; run `assist setup`, or: directflow / no shutdown";
        }
    }

    /// <exception cref="TargetException">The switch cannot be reached.</exception>
    public static async Task<SwitchFacts> ReadAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var version = await eapi.RunAsync(["show version"], EapiFormat.Json, cancellation);
        if (version.Error is { } error) throw new TargetException($"the switch refused 'show version': {error.Reason}");
        // The word `no shutdown` in the mode's section is what the original looks for; no command tells it apart.
        using var section = await eapi.RunAsync(
            ["enable", "show running-config section directflow"], EapiFormat.Text, cancellation);
        using var hostname = await eapi.RunAsync(["show hostname"], EapiFormat.Json, cancellation);
        // Only Trident answers it; what tells it on others nobody could verify.
        using var tcam = await eapi.RunAsync(["enable", "show platform trident tcam"], EapiFormat.Text, cancellation);
        return Of(version, section, hostname, tcam);
    }

    /// <summary>The same from answers at hand. Of them only that to `show version` must have a result.</summary>
    internal static SwitchFacts Of(EapiResponse version, EapiResponse section, EapiResponse hostname, EapiResponse tcam) => new()
    {
        Version = Text(version.Results[0], "version"),
        Model = Text(version.Results[0], "modelName"),
        Hostname = hostname.Error is null ? Text(hostname.Results[0], "hostname") : "",
        Uptime = UptimeIn(version.Results[0]),
        IsDirectFlowOn = section.Error is null && IsOn(section.Output(1)),
        FlowCapacity = tcam.Error is null ? TcamSummary.FlowCapacity(tcam.Output(1)) : null,
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
        double.TryParse(Text(version, "uptime"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e10
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static bool IsOn(string section) =>
        section.Split('\n').Any(line => line.Trim() == "no shutdown");

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
        if (parts.Length < 3 || !int.TryParse(parts[0], out var major) || !int.TryParse(parts[1], out var minor)) return false;
        var digits = parts[2].AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (!int.TryParse(digits < 0 ? parts[2] : parts[2].AsSpan(0, digits), out var patch)) return false;
        version = new EosVersion(major, minor, patch);
        return true;
    }

    public bool IsBefore(EosVersion other) =>
        (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch)) < 0;

    public override string ToString() => $"{Major}.{Minor}.{Patch}F";
}
