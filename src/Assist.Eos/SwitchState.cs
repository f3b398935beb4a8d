namespace Assist.Eos;

/// <summary>Configuration, hardware and clock of one switch. Touched only under the lock of EmulatedSwitch.</summary>
internal sealed class SwitchState(TimeProvider clock, SwitchOptions options, Action<TableChange>? changed = null)
{
    private readonly long _boot = clock.GetTimestamp();
    private SwitchConfig _startup = new();

    public SwitchOptions Options { get; private set; } = options;
    public SwitchConfig Config { get; private set; } = new();
    public HardwareTable Hardware { get; } = new(options, changed);
    public DateTimeOffset Booted { get; } = clock.GetUtcNow();

    /// <summary>Time since power on.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_boot);
    public string Hostname => Config.Hostname ?? Options.Hostname;

    public int Requests { get; set; }
    public int Commands { get; set; }

    /// <summary>Does the agent put flows into the hardware?</summary>
    public bool IsProgramming => Config.DirectFlow && !Options.DirectFlowDisabled;

    public void Change(SwitchOptions changed)
    {
        var before = IsProgramming;
        Options = changed;
        Hardware.Change(changed);
        if (IsProgramming != before) Reprogram();
    }

    /// <summary>Let the hardware catch up with the clock.</summary>
    public void Advance()
    {
        foreach (var name in Hardware.Advance(Now))
        {
            if (!Options.ForgetExpired || !Config.Flows.TryGetValue(name, out var flow) || flow.Persistent) continue;
            RemoveFlow(name);
        }
    }

    public void SetDirectFlow(bool enabled)
    {
        if (Config.DirectFlow == enabled) return;
        Config.DirectFlow = enabled;
        Reprogram();
    }

    public void EnterFlow(string name)
    {
        var known = Config.Flows.ContainsKey(name);
        if (known && !Options.ReenteredFlowReplaces) return;
        SetFlow(new ConfiguredFlow(name), always: known);
    }

    /// <summary>Lines that repeat what is there change nothing, not even an expired flow's state: facts 2.2 leave it
    /// open.</summary>
    public void SetFlow(ConfiguredFlow flow, bool always = false)
    {
        var same = Config.Flows.TryGetValue(flow.Name, out var before) && before.IsProgrammedLike(flow);
        Config.Flows[flow.Name] = flow;
        if ((always || !same) && IsProgramming) Hardware.Want(flow, Now);
    }

    public void RemoveFlow(string name)
    {
        if (Config.Flows.Remove(name)) Hardware.Remove(name, Now);
    }

    /// <summary>Hardware empty, then programmed anew from the configuration.</summary>
    public void Reprogram()
    {
        Hardware.Clear(Now);
        if (!IsProgramming) return;
        foreach (var flow in Config.Flows.Values) Hardware.Want(flow, Now);
    }

    public void Save() => _startup = Config.Saved();

    public void Reload()
    {
        Config = _startup.Saved();
        Reprogram();
    }

    public Forwarding Forward(Packet packet)
    {
        // DirectFlow comes after the ingress checks: facts 2.1.
        if (IsDenied(packet)) return Forwarding.Dropped(null);
        var hit = Hardware.Lookup(packet, Now);
        return hit is null ? Forwarding.Normal(packet) : PacketRules.Apply(hit.Flow, packet);
    }

    private bool IsDenied(Packet packet) =>
        Config.Interfaces.TryGetValue(packet.Input, out var port)
        && port.MacAccessGroup is { } group
        && Config.MacAccessLists.TryGetValue(group, out var lines)
        && lines is ["deny any any", ..];
}
