using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.TrafficPolicy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Configuration;

/// <summary>What of the switch holds the flows, as the configuration asks for it.</summary>
internal static class SwitchTargets
{
    public static bool IsTrafficPolicy(AssistConfig config) => config.Enforcement.Output == SwitchOutput.TrafficPolicy;

    public static IFlowPlanner Planner(AssistConfig config) => IsTrafficPolicy(config)
        ? new PolicyPlanner(config.Enforcement.Policy) : new FlowPlanner(config.Topology);

    public static IFlowTarget Target(
        AssistConfig config, EapiClient eapi, TimeProvider time, ILoggerFactory? logs = null)
    {
        var factory = logs ?? NullLoggerFactory.Instance;
        var policy = config.Enforcement.Policy;
        return IsTrafficPolicy(config)
            ? new TrafficPolicyTarget(
                eapi, new PolicyPlanner(policy), policy, time, factory.CreateLogger<TrafficPolicyTarget>())
            : new DirectFlowTarget(
                eapi, new FlowPlanner(config.Topology), factory.CreateLogger<DirectFlowTarget>());
    }

    /// <summary>DirectFlow of a switch that no configuration tells of: nothing is planned there, so the wiring does not
    /// count.</summary>
    public static IFlowTarget DirectFlowOf(EapiClient eapi) =>
        new DirectFlowTarget(eapi, new FlowPlanner(new Topology()), NullLogger<DirectFlowTarget>.Instance);

    /// <summary>The same configuration with `auto` settled by what the switch has.</summary>
    /// <exception cref="DaemonException">The switch has neither.</exception>
    /// <exception cref="TargetException">It does not answer.</exception>
    public static async Task<AssistConfig> SettledAsync(
        AssistConfig config, EapiClient eapi, CancellationToken cancellation)
    {
        if (config.Enforcement.Output != SwitchOutput.Auto) return config;
        if (await TakesAsync(eapi, "show directflow", cancellation)) return With(config, SwitchOutput.DirectFlow);
        if (await TakesAsync(eapi, "show traffic-policy interface summary", cancellation))
            return With(config, SwitchOutput.TrafficPolicy);
        throw new DaemonException("switch.output: auto: the switch takes neither `show directflow` nor `show "
            + "traffic-policy`, so it has nothing that could hold flows");
    }

    /// <summary>Takes our traffic policy off the interfaces, where one holds the flows and is ours; false where none is
    /// or it was bound nowhere. `assist setup` binds it again.</summary>
    /// <exception cref="TargetException">The switch does not answer, or has refused it.</exception>
    public static async Task<bool> UnbindAsync(AssistConfig config, EapiClient eapi, CancellationToken cancellation)
    {
        var settled = await SettledAsync(config, eapi, cancellation);
        return IsTrafficPolicy(settled) && settled.Enforcement.Policy.Into is null
            && await new PolicySetup(settled.Enforcement.Policy).UnbindAsync(eapi, cancellation);
    }

    private static AssistConfig With(AssistConfig config, SwitchOutput output) =>
        config with { Enforcement = config.Enforcement with { Output = output } };

    private static async Task<bool> TakesAsync(EapiClient eapi, string command, CancellationToken cancellation)
    {
        using var answer = await eapi.AskAsync(["enable", command], EapiFormat.Text, cancellation);
        return answer.Error is null;
    }
}
