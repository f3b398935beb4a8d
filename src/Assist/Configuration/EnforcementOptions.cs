using Assist.Outputs.Eapi;
using Assist.Outputs.FlowSpec;
using Assist.Outputs.TrafficPolicy;

namespace Assist.Configuration;

/// <summary>How the switch carries flows out.</summary>
public enum SwitchOutput
{
    DirectFlow,

    TrafficPolicy,

    /// <summary>DirectFlow where the switch has it, else a traffic policy; settled once, at the start.</summary>
    Auto,
}

/// <summary>switch, traffic_policy and flow_spec: how the switch is reached, what of it holds the flows, and what is
/// announced to routers.</summary>
public sealed record EnforcementOptions
{
    public EapiOptions Eapi { get; init; } = new();
    public SwitchOutput Output { get; init; }
    public TrafficPolicyOptions Policy { get; init; } = new();

    /// <summary>Null announces nothing.</summary>
    public FlowSpecOptions? FlowSpec { get; init; }
}
