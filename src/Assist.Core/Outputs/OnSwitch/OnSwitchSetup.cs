using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.OnSwitch;

/// <summary>What EOS needs so that the daemon runs on it: eAPI on the unix socket, a way in for the logs, and a start
/// at boot. What is there already is left out; lines that are not ours are never changed.</summary>
public sealed class OnSwitchSetup(OnSwitchOptions options)
{
    private const string ShowDefault = $"show ip access-lists {ControlPlane.DefaultList}";

    private readonly ControlPlane _controlPlane = new(options);

    /// <exception cref="TargetException">The switch cannot be reached, or does not show its configuration.</exception>
    public async Task<OnSwitchPlan> PlanAsync(EapiClient eapi, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(eapi);
        using var running = await eapi.RunAsync(["enable", "show running-config"], EapiFormat.Text, cancellation);
        if (running.Error is { } error)
            throw new TargetException($"the switch refused 'show running-config': {error.Reason}");
        using var list = await eapi.RunAsync(["enable", ShowDefault], EapiFormat.Text, cancellation);
        return Plan(running.Output(1), list.Error is null ? list.Output(1) : "");
    }

    /// <param name="runningConfig">Text of `show running-config`.</param>
    /// <param name="defaultList">Text of `show ip access-lists default-control-plane-acl`; empty where there is
    /// none.</param>
    public OnSwitchPlan Plan(string runningConfig, string defaultList)
    {
        ArgumentNullException.ThrowIfNull(runningConfig);
        ArgumentNullException.ThrowIfNull(defaultList);
        var config = new RunningConfig(runningConfig);
        if (options.Vrf is { } vrf && !config.Heads.Contains($"vrf instance {vrf}"))
            return new OnSwitchPlan([$"the switch has no VRF {vrf}: there is no line 'vrf instance {vrf}'"], []);
        var wayIn = _controlPlane.Plan(config, new AccessList(defaultList.Split('\n')));
        return wayIn with
        {
            Parts =
            [
                .. CommandApi(config), .. wayIn.Parts, .. Start(config), .. _controlPlane.CloseElsewhere(config),
            ],
        };
    }

    private static IEnumerable<OnSwitchPart> CommandApi(RunningConfig config)
    {
        const string Head = "management api http-commands";
        string[] missing = [.. ((string[])["protocol unix-socket", "no shutdown"]).Except(config.Block(Head))];
        if (missing.Length == 0) yield break;
        string[] back = [.. missing.Select(line => line == "no shutdown" ? "shutdown" : $"no {line}")];
        yield return OnSwitchPart.Of("turn on eAPI on the unix socket", [Head, .. missing], [Head, .. back]);
    }

    private IEnumerable<OnSwitchPart> Start(RunningConfig config)
    {
        const string Daemon = "daemon assist";
        const string Handler = "event-handler assist";
        var (head, other) = options.IsByEventHandler ? (Handler, Daemon) : (Daemon, Handler);
        if (config.Heads.Contains(other))
            yield return OnSwitchPart.Of(
                $"remove {other}, the other way to start", [$"no {other}"], [other, .. config.Block(other)]);
        string[] lines = options.IsByEventHandler
            ? ["trigger on-boot", $"action bash {options.Command("setup-start")}", "asynchronous"]
            : [$"exec {options.Command("run")}", "no shutdown"];
        var block = config.Block(head);
        if (!lines.Except(block).Any()) yield break;
        // A daemon that runs by another line has to end first.
        string[] stop = block.Any(line => line.StartsWith("exec ", StringComparison.Ordinal)) ? ["shutdown"] : [];
        yield return OnSwitchPart.Of(
            $"start by {head}", [head, .. stop, .. lines],
            block.Count == 0 ? [$"no {head}"] : [head, .. stop, .. block]);
    }
}
