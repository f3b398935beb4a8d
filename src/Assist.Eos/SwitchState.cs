namespace Assist.Eos;

/// <summary>Configuration, hardware and clock of one switch. Touched only under the lock of EmulatedSwitch.</summary>
internal sealed class SwitchState(
    TimeProvider clock, SwitchOptions options, Action<TableChange>? changed = null, OpenVSwitch? path = null)
{
    private readonly long _boot = clock.GetTimestamp();
    private readonly DateTimeOffset _poweredOn = clock.GetUtcNow();
    private TimeSpan _bootedAt;

    public SwitchOptions Options { get; private set; } = options;
    public SwitchConfig Config { get; private set; } = new();

    /// <summary>What a reload brings back.</summary>
    public SwitchConfig Startup { get; private set; } = new();
    public HardwareTable Hardware { get; } = new(options, changed, path);
    /// <summary>When it was last powered on, which a reload is.</summary>
    public DateTimeOffset Booted => _poweredOn + _bootedAt;

    public TimeSpan Uptime => Now - _bootedAt;

    /// <summary>Time since power on.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_boot);
    public string Hostname => Config.Hostname ?? Options.Hostname;

    /// <summary>Why the data path does not answer; null while it does.</summary>
    public string? PathFault { get; private set; }

    /// <summary>Config sessions that are pending, by their names.</summary>
    public SortedDictionary<string, PendingSession> Sessions { get; } = new(StringComparer.Ordinal);

    public PolicyHardware PolicyPackets { get; } = new();

    /// <summary>Does an event of this rate happen now?</summary>
    public Func<double, bool> Chance { get; set; } = _ => false;

    public int Commits { get; set; }
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
        Expire(Hardware.Advance(Now));
        if (path is null) return;
        path.Deny([.. Config.Interfaces.Keys.Where(IsDenied)]);
        // Asked again by Observe, not with every step of the clock.
        if (PathFault is null) Attempt(path.Commit);
    }

    /// <summary>Let counters and timers catch up with the data path. One that was started anew gets its
    /// entries again, all at once; one that does not answer keeps what was last known.</summary>
    public void Observe()
    {
        if (path is null) return;
        Attempt(() =>
        {
            if (Hardware.Observe(Now) is { } ended)
            {
                Expire(ended);
                return;
            }

            path.Begin();
            Hardware.Refill();
        });
    }

    private void Attempt(Action act)
    {
        try
        {
            act();
            PathFault = null;
        }
        catch (IOException e)
        {
            PathFault = e.Message;
        }
    }

    private void Expire(List<string> names)
    {
        foreach (var name in names)
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

    public void Save() => Startup = Config.Saved();

    public void Reload()
    {
        Config = Startup.Saved();
        Sessions.Clear();
        PolicyPackets.Clear();
        _bootedAt = Now;
        Reprogram();
    }

    public Forwarding Forward(Packet packet)
    {
        // DirectFlow comes after the ingress checks: facts 2.1.
        if (IsDenied(packet.Input)) return Forwarding.Dropped(null);
        if (PolicyPackets.Drops(Config.Policies, packet, Options) is { } rule) return Forwarding.Dropped(rule);
        var hit = Hardware.Lookup(packet, Now);
        return hit is null ? Forwarding.Normal(packet) : PacketRules.Apply(hit.Flow, packet);
    }

    private bool IsDenied(string input) =>
        Config.Interfaces.TryGetValue(input, out var port)
        && port.MacAccessGroup is { } group
        && Config.MacAccessLists.TryGetValue(group, out var lines)
        && lines is ["deny any any", ..];
}
