using Assist.Addresses;
using Assist.Flows;

namespace Assist.Trials;

/// <summary>What a rule on trial would have made of one message.</summary>
/// <param name="Rule">Of the configuration.</param>
/// <param name="Outcome">What rule and guards would have made of it; the flow table was not asked.</param>
/// <param name="Reason">Why, where the guards would have refused it.</param>
internal readonly record struct TrialNote(string Rule, Outcome Outcome, Reason Reason)
{
    public IpAddr Source { get; init; }
    public IpAddr Destination { get; init; }

    /// <summary>The flow that it would have asked for.</summary>
    public FlowIdentity Flow { get; init; }

    /// <summary>The flow's hard timeout; zero for none.</summary>
    public TimeSpan Lifetime { get; init; }

    public bool AsksForFlow => Outcome is Outcome.Drop or Outcome.Bypass or Outcome.Redirect;
}
