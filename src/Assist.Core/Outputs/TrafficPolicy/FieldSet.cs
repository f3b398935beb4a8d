using System.Globalization;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>A field-set that rules of the policy name: the sources, or the destinations, of one family that are
/// dropped.</summary>
internal readonly record struct FieldSet(bool IsOfSources, bool IsV6)
{
    public const string UntilMark = "-UNTIL-";

    public static FieldSet[] All { get; } = [new(true, false), new(true, true), new(false, false), new(false, true)];

    /// <summary>As the grammar says it.</summary>
    public string Family => IsV6 ? "ipv6" : "ipv4";

    public string Direction => IsOfSources ? "source" : "destination";

    /// <summary>What an empty set matches nobody could verify, everything or nothing: so none of ours is ever empty. An
    /// address that is reserved for documentation (RFC 5737, RFC 3849).</summary>
    public IpAddr Placeholder => IsV6
        ? IpAddr.V6(UInt128.Parse("20010db8ffffffffffffffffffffffff", NumberStyles.HexNumber, null))
        : IpAddr.V4(0xC00002FF);

    /// <summary>The set that holds drops of this match; null where it takes a rule.</summary>
    public static FieldSet? Of(in FlowMatch match)
    {
        if (match.HasPort || match.Protocol.IsKnown || match.InVlan != 0 || match.OutVlan != 0) return null;
        if (match.Source.IsKnown == match.Destination.IsKnown) return null;
        var address = match.Source.IsKnown ? match.Source : match.Destination;
        return new FieldSet(match.Source.IsKnown, address.IsV6);
    }

    /// <param name="prefix">See <see cref="TrafficPolicyOptions.Name"/>.</param>
    public string NameIn(string prefix) =>
        $"{prefix}-{(IsOfSources ? "SRC" : "DST")}{(IsV6 ? "6" : "")}";

    public FlowMatch MatchOf(IpAddr member) =>
        IsOfSources ? new FlowMatch { Source = member } : new FlowMatch { Destination = member };
}

/// <summary>One of our field-sets: of the members that are dropped, or of those of them that end by a time. No rule
/// names the latter. The device has no timers and no place for a time at a member: the name of a second set that has
/// the member too is what survives us.</summary>
/// <param name="Until">Minutes since 1970-01-01 UTC; 0 for the set that rules name.</param>
internal readonly record struct SetName(FieldSet Set, long Until)
{
    // The year 2970: what DateTimeOffset still has.
    private const long Latest = 60L * 24 * 365 * 1000;

    public bool IsLive => Until == 0;

    public DateTimeOffset EndsAt => DateTimeOffset.UnixEpoch + TimeSpan.FromMinutes(Until);

    public string In(string prefix) =>
        Set.NameIn(prefix) + (IsLive ? "" : FieldSet.UntilMark + Until.ToString(CultureInfo.InvariantCulture));

    /// <summary>The set of what ends at that moment or up to a minute later; 15 minutes where it is more than an hour
    /// away, 6 hours where it is more than a day, so that long leases do not make a set for each minute.</summary>
    public static SetName Ending(FieldSet set, DateTimeOffset at, DateTimeOffset now)
    {
        var left = at - now;
        var step = left <= TimeSpan.FromHours(1) ? 1 : left <= TimeSpan.FromDays(1) ? 15 : 360;
        var minute = (long)Math.Ceiling((at - DateTimeOffset.UnixEpoch).TotalMinutes / step) * step;
        return new SetName(set, minute);
    }

    /// <summary>Null for a set that is not ours.</summary>
    public static SetName? Of(string name, bool isV6, string prefix)
    {
        foreach (var set in FieldSet.All)
        {
            if (set.IsV6 != isV6) continue;
            var own = set.NameIn(prefix);
            if (name == own) return new SetName(set, 0);
            if (!name.StartsWith(own + FieldSet.UntilMark, StringComparison.Ordinal)) continue;
            var digits = name.AsSpan(own.Length + FieldSet.UntilMark.Length);
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var until)
                && until is > 0 and <= Latest)
                return new SetName(set, until);
        }
        return null;
    }
}
