using Assist.Flows;

namespace Assist.Rules;

/// <summary>What became of one parsed message, without the verdict, which a repeat does not need. Of the rules alone,
/// an outcome of drop, bypass or redirect is a wish that the guards have still to judge.</summary>
internal readonly record struct Ruling(Outcome Outcome, Reason Reason, RuleOptions? Rule = null, bool Retracts = false)
{
    public SenderTrust Trust { get; init; }

    /// <summary>The rule asks for a wider flow than the message's sender may cause.</summary>
    public bool IsNarrowed { get; init; }

    public bool AsksForFlow => Outcome is Outcome.Drop or Outcome.Bypass or Outcome.Redirect;

    /// <summary>A flow to install, or a bypass to take back.</summary>
    public bool NamesFlow => AsksForFlow || Retracts;
}
