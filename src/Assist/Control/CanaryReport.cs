namespace Assist.Control;

/// <summary>What became of a verdict that was sent to the switch to see that one gets there.</summary>
/// <param name="Programmed">It was read back as acting.</param>
/// <param name="Removed">The switch has let go of it.</param>
/// <param name="TookMs">From the order to the reading that has shown it.</param>
/// <param name="Fault">Why it was not tried, or not programmed.</param>
internal sealed record CanaryReport(bool Programmed, bool Removed, long TookMs, string? Fault)
{
    /// <summary>Nothing is wrong by that, and nothing is proven.</summary>
    public bool WasTried { get; init; } = true;

    public static CanaryReport NotTried(string why) => new(false, true, 0, why) { WasTried = false };
}
