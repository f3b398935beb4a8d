namespace Assist.Eos;

/// <summary>Commands of the two exec modes and of `configure`.</summary>
internal static class ExecCommands
{
    public static readonly Rule[] Exec =
    [
        // The password of {"cmd": "enable", "input": ...} is taken as it comes: the socket has no authentication.
        Rule.Do("enable", (session, _) => { if (session.Mode is Mode.Exec) session.Enter(Mode.Enable); }),
        Rule.Do("exit", (session, _) => session.Leave()).AlsoInSession(),
        .. ConfigSessions.Exec,
    ];

    public static readonly Rule[] Enable =
    [
        Rule.Do("configure", (session, _) => session.Enter(Mode.Configure)),
        Rule.Do("configure terminal", (session, _) => session.Enter(Mode.Configure)),
        .. ConfigSessions.Enable,
        Rule.Do("disable", (session, _) => session.Enter(Mode.Exec)),
        Rule.Do("end", (session, _) => session.Enter(Mode.Enable)),
        Rule.Do("copy running-config startup-config", (session, _) => session.State.Save()),
        Rule.Do("write", (session, _) => session.State.Save()),
        Rule.Do("write memory", (session, _) => session.State.Save()),
    ];
}

internal static class ConfigureCommands
{
    public static readonly Rule[] Rules =
    [
        Rule.Do("hostname WORD", (session, a) => session.State.Config.Hostname = a[0]),
        Rule.Do("no hostname", (session, _) => session.State.Config.Hostname = null),
        Rule.Do("directflow", (session, _) => session.Enter(Mode.DirectFlow)),
        Rule.Do("no directflow", (session, _) => RemoveDirectFlow(session.State)),
        Rule.Do("interface INTERFACES", (session, a) => session.Enter(Mode.Interface, a[0])).AlsoInSession(),
        Rule.Do("mac access-list WORD", (session, a) => MacAccessListCommands.Enter(session, a[0])),
        Rule.Do("no mac access-list WORD", (session, a) => session.State.Config.MacAccessLists.Remove(a[0])),
        Rule.Do("monitor session WORD destination INTERFACES",
            (session, a) => AddDestination(session.State.Config, a[0], a[1])),
        Rule.Do("no monitor session WORD destination INTERFACES",
            (session, a) => RemoveDestination(session.State.Config, a[0], a[1])),
        Rule.Do("no monitor session WORD", (session, a) => session.State.Config.MonitorSessions.Remove(a[0])),
        Rule.Do("event-handler WORD", (session, a) => EventHandlerCommands.Enter(session, a[0])),
        Rule.Do("no event-handler WORD", (session, a) => session.State.Config.EventHandlers.Remove(a[0])),
        .. TrafficPolicyCommands.Configure,
        .. HostingCommands.Configure,
        .. AccessListCommands.Configure,
    ];

    private static void RemoveDirectFlow(SwitchState state)
    {
        foreach (var name in state.Config.Flows.Keys.ToList()) state.RemoveFlow(name);
        state.SetDirectFlow(false);
    }

    private static void AddDestination(SwitchConfig config, string name, string interfaces) =>
        config.MonitorSessions[name] = config.MonitorSessions.GetValueOrDefault(name, []).Union(interfaces.Split(','));

    private static void RemoveDestination(SwitchConfig config, string name, string interfaces)
    {
        if (!config.MonitorSessions.TryGetValue(name, out var destinations)) return;
        var left = new ValueList<string>(destinations.Except(interfaces.Split(',')));
        if (left.Count == 0) config.MonitorSessions.Remove(name);
        else config.MonitorSessions[name] = left;
    }
}
