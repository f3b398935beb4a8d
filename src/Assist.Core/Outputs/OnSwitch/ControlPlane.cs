using Assist.Outputs.DirectFlow;

namespace Assist.Outputs.OnSwitch;

/// <summary>The access list that decides what reaches the switch itself. EOS's own is never changed: a copy of it, with
/// our lines behind its, takes its place. A list of somebody else is his to change.</summary>
internal sealed class ControlPlane(OnSwitchOptions options)
{
    public const string DefaultList = "default-control-plane-acl";
    private const string OurList = "assist-control-plane";
    private const string ListHead = $"ip access-list {OurList}";
    private const string ApplyHead = "system control-plane";

    private readonly string _where = options.Vrf is null ? "in" : $"vrf {options.Vrf} in";

    private readonly IReadOnlyList<OpenPort> _ports = [.. options.Ports.Where(port => port.IsV4)];

    public OnSwitchPlan Plan(RunningConfig config, AccessList defaults)
    {
        // Nothing is let in where nobody sends from.
        var plan = _ports.Count == 0 ? new OnSwitchPlan([], []) : PlanV4(config, defaults);
        return new OnSwitchPlan([.. plan.ByHand, .. ByHandV6(config)], plan.Parts);
    }

    /// <summary>Closes what was opened when the daemon ran in another VRF: no logs arrive there any more.</summary>
    public IEnumerable<OnSwitchPart> CloseElsewhere(RunningConfig config) =>
        from line in config.Block(ApplyHead)
        where line.StartsWith($"ip access-group {OurList} ", StringComparison.Ordinal)
            && line != $"ip access-group {OurList} {_where}"
        let place = line.Split(' ') is [.., "vrf", var vrf, "in"] ? $"VRF {vrf}" : "the default VRF"
        select OnSwitchPart.Of(
            $"close the way in of {place}, where the firewall's logs do not arrive", [ApplyHead, $"no {line}"],
            ApplyHead, line);

    private OnSwitchPlan PlanV4(RunningConfig config, AccessList defaults)
    {
        var applied = Applied(config);
        var inForce = applied == DefaultList ? defaults : new AccessList(config.Block($"ip access-list {applied}"));
        var isLetIn = _ports.All(inForce.Permits);
        if (applied is not (DefaultList or OurList) || (inForce.HasDeny && !isLetIn))
            return new OnSwitchPlan(
                [
                    .. _ports.Where(port => !inForce.Permits(port)).Select(port =>
                        $"the control plane uses {applied}, which this command leaves alone: add '{port.Line}' to it, "
                        + "before what denies it"),
                ], []);
        if (applied == DefaultList && isLetIn) return new OnSwitchPlan([], []);
        if (!defaults.HasRules || !defaults.IsPlain)
            return new OnSwitchPlan(
                [$"the switch does not show {DefaultList} in words that are understood: open the ports by hand"], []);
        return new OnSwitchPlan([], [.. Copy(config, defaults), .. Apply(applied)]);
    }

    // How EOS's own list for IPv6 is written nobody could verify, so none is copied.
    private IEnumerable<string> ByHandV6(RunningConfig config)
    {
        var applied = Applied(config, "ipv6");
        var inForce = new AccessList(config.Block($"ipv6 access-list {applied}"));
        return options.Ports.Where(port => !port.IsV4 && !inForce.Permits(port)).Select(port =>
            $"no list for IPv6 is written by this command: add '{port.Line}' to the one that the control plane uses "
            + $"(ipv6 access-group {_where}), before what denies it");
    }

    // A later release of EOS may have more lines in its own list; they are added too.
    private IEnumerable<OnSwitchPart> Copy(RunningConfig config, AccessList defaults)
    {
        var there = new AccessList(config.Block(ListHead)).Lines;
        var wanted = defaults.Lines.Concat(_ports.Select(port => port.Line)).Distinct(StringComparer.Ordinal).ToList();
        var missing = wanted.Except(there).ToList();
        if (missing.Count == 0) yield break;
        var isNew = there.Count == 0 || !IsApplied(config);
        string[] begun = isNew && there.Count > 0 ? [$"no {ListHead}"] : [];
        yield return OnSwitchPart.Of(
            $"write {OurList}, a copy of {DefaultList} that lets the logs in",
            // What was begun and never applied is begun anew, so that the order is EOS's.
            [.. begun, ListHead, .. isNew ? wanted : missing],
            isNew ? [$"no {ListHead}"] : []);
    }

    private IEnumerable<OnSwitchPart> Apply(string applied)
    {
        if (applied == OurList) yield break;
        yield return OnSwitchPart.Of(
            $"let {OurList} decide what reaches the switch", [ApplyHead, $"ip access-group {OurList} {_where}"],
            ApplyHead, $"no ip access-group {OurList} {_where}");
    }

    private string Applied(RunningConfig config, string family = "ip")
    {
        foreach (var line in config.Block(ApplyHead))
            if (line.Split(' ', 4) is [var first, "access-group", var name, var where] && first == family
                && where == _where)
                return name;
        return DefaultList;
    }

    // In whatever VRF.
    private static bool IsApplied(RunningConfig config) => config.Block(ApplyHead)
        .Any(line => line.StartsWith($"ip access-group {OurList} ", StringComparison.Ordinal));
}
