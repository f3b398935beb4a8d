using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Rules;

namespace Assist.Fuzz;

/// <summary>What a switch says of itself. What must hold: no exception but the documented one, no uptime below zero, no
/// table without room.</summary>
internal static class FactsTarget
{
    /// <param name="json">The body of an answer to two commands, which stands for all four answers.</param>
    public static string? Check(byte[] json)
    {
        try
        {
            using var two = EapiResponse.Read(json, 2);
            var (eos, facts) = (EosFacts.Of(two, two), DirectFlowFacts.Of(two, two));
            if (eos.Booted.Uptime is { } uptime && uptime < TimeSpan.Zero) return "up for less than no time";
            if (facts.FlowCapacity is <= 0) return "a table without room";
            return facts.FaultOn(eos) is "" ? "a fault without words" : null;
        }
        catch (TargetException)
        {
            return null;
        }
    }
}
