using Assist.Addresses;
using Assist.Flows;

namespace Assist.Trials;

/// <summary>An address and the messages that named it: at most so many, because rare ones share places.</summary>
public readonly record struct AddressCount(IpAddr Address, long Messages);

/// <summary>What one rule on trial would have done.</summary>
public sealed record TrialResult(string Rule)
{
    /// <summary>Messages by what rule and guards would have made of them; the flow table was not asked.</summary>
    public required IReadOnlyDictionary<Outcome, long> Outcomes { get; init; }

    /// <summary>Messages that the guards would have refused, by reason.</summary>
    public required IReadOnlyDictionary<Reason, long> Refusals { get; init; }

    /// <summary>Flows that it would have asked for, without repeats.</summary>
    public required long Flows { get; init; }

    /// <summary>Entries of the switch that it would have now, if none ended for being idle.</summary>
    public required int EntriesNow { get; init; }
    public required int EntriesPeak { get; init; }

    /// <summary>True where there would have been more entries than were counted.</summary>
    public required bool IsCut { get; init; }

    /// <summary>Sources and destinations of what would have become flows, the most frequent first.</summary>
    public required IReadOnlyList<AddressCount> Sources { get; init; }
    public required IReadOnlyList<AddressCount> Destinations { get; init; }

    /// <summary>Sources of what the guards would have refused.</summary>
    public required IReadOnlyList<AddressCount> Refused { get; init; }
}
