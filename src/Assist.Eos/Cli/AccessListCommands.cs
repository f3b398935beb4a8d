namespace Assist.Eos;

/// <summary>IP access lists, kept and never applied: facts 4.3.</summary>
internal static class AccessListCommands
{
    private const string Head = "ip access-list ";
    private const string Counters = "counters per-entry";
    private const string ReadOnlyName = "default-control-plane-acl";
    private const int Step = 10;

    public static readonly Rule[] Configure =
    [
        Rule.Do("ip access-list WORD", (session, a) => Enter(session, a[0])),
        Rule.Do("no ip access-list WORD", (session, a) => session.State.Config.Sections.Remove(Head + a[0])),
    ];

    public static readonly Rule[] Rules =
    [
        Rule.Do(Counters, (session, _) => Edit(session, lines => lines.Contains(Counters) ? lines
            : [Counters, .. lines])),
        Rule.Do("<1-4294967295> permit|deny LINE", (session, a) => Put(session, long.Parse(a[0]), $"{a[1]} {a[2]}")),
        Rule.Do("permit|deny LINE", (session, a) => Append(session, $"{a[0]} {a[1]}")),
        Rule.Do("no <1-4294967295>",
            (session, a) => Edit(session, lines => lines.Where(line => NumberOf(line) != long.Parse(a[0])))),
    ];

    // As a switch answered, with what has matched a line behind it.
    private static readonly string[] s_default =
    [
        Counters,
        "10 permit icmp any any",
        "20 permit ip any any tracked [match 482 packets, 0:35:48 ago]",
        "30 permit udp any any eq bfd ttl eq 255",
        "40 permit udp any any eq bfd-echo ttl eq 254",
        "50 permit udp any any eq multihop-bfd micro-bfd sbfd",
        "70 permit ospf any any",
        "80 permit tcp any any eq ssh telnet www snmp bgp https msdp ldp netconf-ssh gnmi "
            + "[match 3 packets, 0:39:06 ago]",
        "90 permit udp any any eq bootps bootpc snmp rip ntp ldp ptp-event ptp-general",
        "100 permit tcp any any eq mlag ttl eq 255",
        "110 permit udp any any eq mlag ttl eq 255",
        "120 permit vrrp any any",
        "170 permit tcp any any range 50000 50100",
        "180 permit udp any any range 51000 51100",
    ];

    public static IEnumerable<string> Shown(SwitchConfig config, string name)
    {
        var isDefault = name == ReadOnlyName;
        var lines = isDefault ? s_default : (IEnumerable<string>?)config.Sections.GetValueOrDefault(Head + name);
        return lines is null ? []
            : [$"IP Access List {name}{(isDefault ? " [readonly]" : "")}", .. lines.Select(line => $"        {line}")];
    }

    private static void Enter(CliSession session, string name)
    {
        // The words of the refusal are not known.
        if (name == ReadOnlyName) throw CliError.CouldNotRun($"Access list {name} is read-only");
        session.State.Config.Sections.TryAdd(Head + name, []);
        session.Enter(Mode.AccessList, Head + name);
    }

    private static void Append(CliSession session, string rule)
    {
        var lines = session.State.Config.Sections[session.Subject];
        if (lines.Any(line => line.EndsWith($" {rule}", StringComparison.Ordinal))) return;
        Put(session, lines.Select(NumberOf).DefaultIfEmpty(0).Max() / Step * Step + Step, rule);
    }

    private static void Put(CliSession session, long number, string rule) => Edit(session, lines => lines
        .Where(line => NumberOf(line) != number).Append($"{number} {rule}").OrderBy(NumberOf));

    private static void Edit(CliSession session, Func<ValueList<string>, IEnumerable<string>> edit)
    {
        var sections = session.State.Config.Sections;
        sections[session.Subject] = new(edit(sections.GetValueOrDefault(session.Subject, [])));
    }

    private static long NumberOf(string line) => long.TryParse(line.Split(' ')[0], out var number) ? number : 0;
}
