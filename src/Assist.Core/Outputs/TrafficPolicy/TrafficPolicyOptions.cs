namespace Assist.Outputs.TrafficPolicy;

/// <summary>Which traffic policy holds the drops, and where it is bound.</summary>
public sealed record TrafficPolicyOptions
{
    public const string DefaultName = "ASSIST";

    /// <summary>Of our policy, and what the names of our field-sets begin with. Letters, digits, <c>-</c> and
    /// <c>_</c>.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>Where `setup` binds our policy, for what comes in. By their long names.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>The VRF to all physical interfaces of which `setup` binds our policy; null binds it to none.</summary>
    public string? Vrf { get; init; }

    /// <summary>The policy of somebody else that names our field-sets, in place of our own; null takes our own. Then
    /// nothing but field-sets is ever written.</summary>
    public string? Into { get; init; }

    /// <summary>The policy that does the dropping.</summary>
    public string Policy => Into ?? Name;
}
