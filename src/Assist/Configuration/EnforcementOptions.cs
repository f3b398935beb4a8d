using Assist.Outputs.Eapi;
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

/// <summary>switch and traffic_policy: how the switch is reached, and what of it holds the flows.</summary>
public sealed record EnforcementOptions
{
    public EapiOptions Eapi { get; init; } = new();
    public SwitchOutput Output { get; init; }
    public TrafficPolicyOptions Policy { get; init; } = new();
}
