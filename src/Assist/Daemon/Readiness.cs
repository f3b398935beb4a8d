using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.TrafficPolicy;

namespace Assist.Daemon;

/// <summary>Whether the switch can hold flows now.</summary>
internal interface IReadiness
{
    /// <summary>How many entries it has for them; null where it does not say.</summary>
    /// <exception cref="DaemonException">It cannot be used; one line says what to do.</exception>
    /// <exception cref="TargetException">It does not answer.</exception>
    Task<int?> CheckAsync(EosFacts eos, CancellationToken cancellation);
}

internal sealed class DirectFlowReadiness(EapiClient eapi) : IReadiness
{
    public async Task<int?> CheckAsync(EosFacts eos, CancellationToken cancellation)
    {
        var facts = await DirectFlowFacts.ReadAsync(eapi, cancellation);
        return facts.FaultOn(eos) is { } fault ? throw new DaemonException(fault) : facts.FlowCapacity;
    }
}

internal sealed class PolicyReadiness(EapiClient eapi, TrafficPolicyOptions options) : IReadiness
{
    public async Task<int?> CheckAsync(EosFacts eos, CancellationToken cancellation)
    {
        var fault = await PolicyFacts.FaultAsync(eapi, options, cancellation);
        return fault is null ? null : throw new DaemonException(fault);
    }
}
