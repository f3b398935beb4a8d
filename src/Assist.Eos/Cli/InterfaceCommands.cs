namespace Assist.Eos;

/// <summary>The lines of `setup` under `interface X[,Y]`.</summary>
internal static class InterfaceCommands
{
    public static readonly Rule[] Rules =
    [
        Set("switchport mac address learning", (port, _) => port with { MacAddressLearning = true }),
        Set("no switchport mac address learning", (port, _) => port with { MacAddressLearning = false }),
        Set("spanning-tree bpdufilter enable|disable", (port, a) => port with { BpduFilter = a[0] == "enable" }),
        Set("no spanning-tree bpdufilter", (port, _) => port with { BpduFilter = null }),
        Set("no spanning-tree bpdufilter enable|disable", (port, _) => port with { BpduFilter = null }),
        Set("storm-control broadcast level PERCENT", (port, a) => port with { BroadcastLevel = a[0] }),
        Set("storm-control multicast level PERCENT", (port, a) => port with { MulticastLevel = a[0] }),
        Set("no storm-control broadcast", (port, _) => port with { BroadcastLevel = null }),
        Set("no storm-control multicast", (port, _) => port with { MulticastLevel = null }),
        Set("no storm-control broadcast level", (port, _) => port with { BroadcastLevel = null }),
        Set("no storm-control multicast level", (port, _) => port with { MulticastLevel = null }),
        Set("no storm-control broadcast level PERCENT", (port, _) => port with { BroadcastLevel = null }),
        Set("no storm-control multicast level PERCENT", (port, _) => port with { MulticastLevel = null }),
        Set("mac access-group WORD in", (port, a) => port with { MacAccessGroup = a[0] }),
        Set("no mac access-group in", (port, _) => port with { MacAccessGroup = null }),
        Set("no mac access-group WORD in", (port, _) => port with { MacAccessGroup = null }),
        Set("description LINE", (port, a) => port with { Description = a[0] }),
        Set("no description", (port, _) => port with { Description = null }),
        Set("shutdown", (port, _) => port with { Shutdown = true }),
        Set("no shutdown", (port, _) => port with { Shutdown = false }),
        .. TrafficPolicyCommands.Interface,
    ];

    private static Rule Set(string pattern, Func<InterfaceConfig, string[], InterfaceConfig> edit) =>
        Rule.Do(pattern, (session, a) => Change(session, port => edit(port, a)));

    private static void Change(CliSession session, Func<InterfaceConfig, InterfaceConfig> edit)
    {
        var ports = session.State.Config.Interfaces;
        foreach (var name in session.Subject.Split(','))
            ports[name] = edit(ports.GetValueOrDefault(name) ?? new InterfaceConfig(name));
    }
}

/// <summary>The lines of a MAC access list, kept as written; only `deny any any` does something.</summary>
internal static class MacAccessListCommands
{
    public static readonly Rule[] Rules =
    [
        Rule.Do("deny|permit any any", (session, a) => Change(session, list => list.Union([$"{a[0]} any any"]))),
        Rule.Do("no deny|permit any any",
            (session, a) => Change(session, list => new(list.Except([$"{a[0]} any any"])))),
    ];

    public static void Enter(CliSession session, string name)
    {
        var lists = session.State.Config.MacAccessLists;
        var before = lists.GetValueOrDefault(name);
        lists.TryAdd(name, []);
        session.Enter(Mode.MacAccessList, name, before is null ? () => lists.Remove(name) : () => lists[name] = before);
    }

    private static void Change(CliSession session, Func<ValueList<string>, ValueList<string>> edit)
    {
        var lists = session.State.Config.MacAccessLists;
        lists[session.Subject] = edit(lists.GetValueOrDefault(session.Subject, []));
    }
}

/// <summary>An event handler is kept and never run.</summary>
internal static class EventHandlerCommands
{
    public static readonly Rule[] Rules =
    [
        Rule.Do("trigger on-boot", (session, _) => Add(session, "trigger on-boot")),
        Rule.Do("delay <0-3600>", (session, a) => Add(session, $"delay {a[0]}")),
        Rule.Do("asynchronous", (session, _) => Add(session, "asynchronous")),
        Rule.Do("action bash LINE", (session, a) => Add(session, $"action bash {a[0]}")),
    ];

    public static void Enter(CliSession session, string name)
    {
        session.State.Config.EventHandlers.TryAdd(name, []);
        session.Enter(Mode.EventHandler, name);
    }

    private static void Add(CliSession session, string line)
    {
        var handlers = session.State.Config.EventHandlers;
        var keyword = line.Split(' ')[0];
        handlers[session.Subject] = new(handlers[session.Subject].Where(l => l.Split(' ')[0] != keyword).Append(line));
    }
}
