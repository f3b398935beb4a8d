namespace Assist.Eos;

/// <summary>What a program on the switch needs beside flows: eAPI, a daemon, a VRF, the control plane's access list.
/// Lines are kept as written and do nothing.</summary>
internal static class HostingCommands
{
    private const string ApiHead = "management api http-commands";
    private const string ControlPlaneHead = "system control-plane";

    public static readonly Rule[] Configure =
    [
        Rule.Do(ApiHead, (session, _) => Enter(session, Mode.Api, ApiHead)),
        Rule.Do("daemon WORD", (session, a) => Enter(session, Mode.Daemon, $"daemon {a[0]}")),
        Rule.Do("no daemon WORD", (session, a) => session.State.Config.Sections.Remove($"daemon {a[0]}")),
        Rule.Do("vrf instance WORD", (session, a) => Begin(session, $"vrf instance {a[0]}")),
        Rule.Do("no vrf instance WORD", (session, a) => session.State.Config.Sections.Remove($"vrf instance {a[0]}")),
        Rule.Do(ControlPlaneHead, (session, _) => Enter(session, Mode.ControlPlane, ControlPlaneHead)),
    ];

    public static readonly Rule[] Api =
    [
        Rule.Do("shutdown", (session, _) => Set(session, "no shutdown", null)),
        Rule.Do("no shutdown", (session, _) => Set(session, "no shutdown", "no shutdown")),
        Rule.Do("protocol unix-socket|http|https",
            (session, a) => Set(session, $"protocol {a[0]}", $"protocol {a[0]}")),
        Rule.Do("no protocol unix-socket|http|https", (session, a) => Set(session, $"protocol {a[0]}", null)),
    ];

    public static readonly Rule[] Daemon =
    [
        Rule.Do("shutdown", (session, _) => Set(session, "no shutdown", null)),
        Rule.Do("no shutdown", (session, _) => Set(session, "no shutdown", "no shutdown")),
        Rule.Do("exec LINE", (session, a) => Set(session, "exec ", $"exec {a[0]}")),
        Rule.Do("no exec", (session, _) => Set(session, "exec ", null)),
    ];

    // One list in each VRF.
    public static readonly Rule[] ControlPlane =
    [
        Rule.Do("ip access-group WORD in", (session, a) => Apply(session, a[0], null)),
        Rule.Do("ip access-group WORD vrf WORD in", (session, a) => Apply(session, a[0], a[1])),
        Rule.Do("no ip access-group WORD in", (session, _) => Apply(session, null, null)),
        Rule.Do("no ip access-group WORD vrf WORD in", (session, a) => Apply(session, null, a[1])),
    ];

    private static void Apply(CliSession session, string? list, string? vrf)
    {
        var end = vrf is null ? " in" : $" vrf {vrf} in";
        Edit(session, lines => [
            .. lines.Where(
                line => vrf is null ? line.Contains(" vrf ") : !line.EndsWith(end, StringComparison.Ordinal)),
            .. list is null ? (string[])[] : [$"ip access-group {list}{end}"],
        ]);
    }

    /// <summary>One line instead of those that begin so.</summary>
    private static void Set(CliSession session, string begins, string? line) => Edit(session, lines => [
        .. lines.Where(l => !l.StartsWith(begins, StringComparison.Ordinal)), .. line is null ? (string[])[] : [line],
    ]);

    private static void Edit(CliSession session, Func<ValueList<string>, IEnumerable<string>> edit)
    {
        var sections = session.State.Config.Sections;
        sections[session.Subject] = new(edit(sections.GetValueOrDefault(session.Subject, [])));
        // EOS shows neither of these two where nothing is set.
        if (session.Subject is ApiHead or ControlPlaneHead && sections[session.Subject].Count == 0)
            sections.Remove(session.Subject);
    }

    private static void Enter(CliSession session, Mode mode, string head)
    {
        if (mode is Mode.Daemon) Begin(session, head);
        session.Enter(mode, head);
    }

    private static void Begin(CliSession session, string head) => session.State.Config.Sections.TryAdd(head, []);
}
