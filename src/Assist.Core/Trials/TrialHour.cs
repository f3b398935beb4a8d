using Assist.Addresses;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Trials;

/// <summary>What a rule on trial would have done in one hour.</summary>
/// <param name="number">Whole hours of the clock before it.</param>
internal sealed class TrialHour(long number)
{
    public long Number => number;

    public Dictionary<Outcome, long> Outcomes { get; } = [];
    public Dictionary<Reason, long> Refusals { get; } = [];

    /// <summary>Of what would have become flows.</summary>
    public TopKeys<IpAddr> Sources { get; } = new();
    public TopKeys<IpAddr> Destinations { get; } = new();

    /// <summary>Sources of what the guards would have refused.</summary>
    public TopKeys<IpAddr> Refused { get; } = new();
    public long NewFlows { get; set; }
    public int PeakEntries { get; set; }

    public void Count(in TrialNote note)
    {
        Outcomes[note.Outcome] = Outcomes.GetValueOrDefault(note.Outcome) + 1;
        if (note.AsksForFlow)
        {
            Add(Sources, note.Source);
            Add(Destinations, note.Destination);
        }
        else if (note.Outcome != Outcome.Ignored)
        {
            Refusals[note.Reason] = Refusals.GetValueOrDefault(note.Reason) + 1;
            Add(Refused, note.Source);
        }
    }

    private static void Add(TopKeys<IpAddr> top, IpAddr address)
    {
        if (address.IsKnown) top.Add(address);
    }
}
