using Assist.Flows;

namespace Assist.Outputs.FlowSpec;

/// <summary>One announced rule. Its key is its NLRI, which is all that BGP knows a rule by: the same match can never be
/// announced twice.</summary>
public sealed record FlowSpecEntry : TargetEntry
{
    private const string V4Prefix = "ipv4-flowspec:";
    private const string V6Prefix = "ipv6-flowspec:";

    private FlowSpecEntry(string key) => Key = key;

    public override string Key { get; }

    /// <summary>Rules of others take none of our places.</summary>
    public override int Cost => IsMarked ? 1 : 0;

    /// <summary>Default for a rule of others that is not like ours.</summary>
    public FlowMatch Match { get; private init; }

    /// <summary>It carries our community and was announced here.</summary>
    public bool IsMarked { get; init; }

    /// <summary>It drops and does nothing else.</summary>
    public bool Drops { get; init; }

    public bool IsV6 => Key.StartsWith(V6Prefix, StringComparison.Ordinal);

    /// <summary>A rule of ours. The match must have a destination; VLANs are none of an edge router's.</summary>
    public static FlowSpecEntry Of(in FlowMatch match) =>
        new(KeyOf(FlowSpecNlri.Of(match), match.Destination.IsV6)) { Match = match, IsMarked = true, Drops = true };

    /// <summary>A rule as it was read.</summary>
    public static FlowSpecEntry Read(ReadOnlySpan<byte> nlri, bool isV6)
    {
        FlowSpecNlri.TryRead(nlri, isV6, out var match);
        return new FlowSpecEntry(KeyOf(nlri, isV6)) { Match = match };
    }

    /// <summary>The bytes behind a key that <see cref="KeyOf"/> gave.</summary>
    public static byte[] NlriOf(string key, out bool isV6)
    {
        ArgumentNullException.ThrowIfNull(key);
        isV6 = key.StartsWith(V6Prefix, StringComparison.Ordinal);
        return Convert.FromHexString(key.AsSpan(V4Prefix.Length));
    }

    public static string KeyOf(ReadOnlySpan<byte> nlri, bool isV6) =>
        (isV6 ? V6Prefix : V4Prefix) + Convert.ToHexString(nlri);
}
