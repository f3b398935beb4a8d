using System.Net;

namespace Assist.Eos;

internal static class DirectFlowCommands
{
    public static readonly Rule[] Rules =
    [
        Rule.Do("shutdown", (session, _) => session.State.SetDirectFlow(false)),
        Rule.Do("no shutdown", (session, _) => session.State.SetDirectFlow(true)),
        Rule.Do("flow WORD", (session, a) => EnterFlow(session, a[0])),
        Rule.Do("no flow WORD", (session, a) => session.State.RemoveFlow(a[0])),
        Rule.Show("show active",
            (session, _) => Active(session.State.Config)),
    ];

    private static void EnterFlow(CliSession session, string name)
    {
        var state = session.State;
        var before = state.Config.Flows.GetValueOrDefault(name);
        state.EnterFlow(name);
        session.Enter(Mode.Flow, name, before is null ? () => state.RemoveFlow(name) : () => state.SetFlow(before));
    }

    private static ShowOutput Active(SwitchConfig config) =>
        ShowOutput.TextOnly(() => Pipes.Joined(RunningConfigText.DirectFlow(config)));
}

/// <summary>The lines of a flow: facts 2.2. Every line is in the configuration at once, so that a request that fails in
/// the
/// middle leaves the lines before it behind.</summary>
internal static class FlowCommands
{
    private const int Ipv6Type = 0x86dd;

    public static readonly Rule[] Rules =
    [
        Set("persistent", (flow, _) => flow with { Persistent = true }),
        Set("no persistent", (flow, _) => flow with { Persistent = false }),
        Set("priority <0-65535>", (flow, a) => flow with { Priority = int.Parse(a[0]) }),
        Set("no priority", (flow, _) => flow with { Priority = 0 }),
        Set("timeout idle <0-65535>", (flow, a) => flow with { IdleTimeout = int.Parse(a[0]) }),
        Set("timeout hard <0-1000000>", (flow, a) => flow with { HardTimeout = int.Parse(a[0]) }),
        Set("no timeout idle", (flow, _) => flow with { IdleTimeout = 0 }),
        Set("no timeout hard", (flow, _) => flow with { HardTimeout = 0 }),
        Rule.Do("comment", (session, _) => Change(session, flow => flow with { Comment = CommentOf(session) })),
        Set("no comment", (flow, _) => flow with { Comment = null }),

        // Repeated lines add ports: facts 2.2.
        Match("input interface INTERFACES", (match, a) => match with { Inputs = match.Inputs.Union(a[0].Split(',')) }),
        Match("ethertype ETHERTYPE", (match, a) => match with { EtherType = Arguments.EtherTypeNumber(a[0]) }),
        Match("source mac H.H.H", (match, a) => match with { SourceMac = Arguments.MacAddress(a[0]) }),
        Match("destination mac H.H.H", (match, a) => match with { DestinationMac = Arguments.MacAddress(a[0]) }),
        Match("vlan <1-4094>", (match, a) => match with { Vlan = int.Parse(a[0]) }),
        Match("cos <0-7>", (match, a) => match with { Cos = int.Parse(a[0]) }),
        MatchIp("source ip A.B.C.D", (match, a) => match with { Source = Arguments.Address(a[0]) }),
        MatchIp("source ip A.B.C.D A.B.C.D", (match, a) => match with { Source = Arguments.Address(a[0], a[1]) }),
        MatchIp("source ip A.B.C.D/E", (match, a) => match with { Source = Arguments.Address(a[0]) }),
        MatchIp("destination ip A.B.C.D", (match, a) => match with { Destination = Arguments.Address(a[0]) }),
        MatchIp("destination ip A.B.C.D A.B.C.D",
            (match, a) => match with { Destination = Arguments.Address(a[0], a[1]) }),
        MatchIp("destination ip A.B.C.D/E", (match, a) => match with { Destination = Arguments.Address(a[0]) }),
        MatchIpv6("source ipv6 A:B:C:D:E:F:G:H", (match, a) => match with { Source = Arguments.Address(a[0]) }),
        MatchIpv6("source ipv6 A:B:C:D:E:F:G:H/I", (match, a) => match with { Source = Arguments.Address(a[0]) }),
        MatchIpv6("destination ipv6 A:B:C:D:E:F:G:H",
            (match, a) => match with { Destination = Arguments.Address(a[0]) }),
        MatchIpv6("destination ipv6 A:B:C:D:E:F:G:H/I",
            (match, a) => match with { Destination = Arguments.Address(a[0]) }),
        MatchLayer4("ip protocol PROTOCOL", (match, a) => match with { Protocol = Arguments.ProtocolNumber(a[0]) }),
        MatchLayer4("ip tos <0-255>", (match, a) => match with { Tos = int.Parse(a[0]) }),
        MatchLayer4("source port <0-65535>", (match, a) => match with { SourcePort = int.Parse(a[0]) }),
        MatchLayer4("destination port <0-65535>", (match, a) => match with { DestinationPort = int.Parse(a[0]) }),

        Act("drop", (action, _) => action with { Drop = true }),
        Act("output interface INTERFACES",
            (action, a) => action with { Outputs = action.Outputs.Union(a[0].Split(',')) }),
        Act("output nexthop A.B.C.D", (action, a) => action with { Nexthop = IPAddress.Parse(a[0]) }),
        Act("output normal", (action, _) => action with { Normal = true }),
        Act("output flood", (action, _) => action with { Flood = true }),
        Act("output all", (action, _) => action with { All = true }),
        Act("output local", (action, _) => action with { Local = true }),
        Act("output controller", (action, _) => action with { Controller = true }),
        Act("set vlan <1-4094>", (action, a) => action with { Vlan = int.Parse(a[0]) }),
        Act("set cos <0-7>", (action, a) => action with { Cos = int.Parse(a[0]) }),
        Act("set ip tos <0-255>", (action, a) => action with { Tos = int.Parse(a[0]) }),
        Act("set source mac H.H.H", (action, a) => action with { SourceMac = Arguments.MacAddress(a[0]) }),
        Act("set destination mac H.H.H", (action, a) => action with { DestinationMac = Arguments.MacAddress(a[0]) }),
        Act("egress mirror INTERFACES",
            (action, a) => action with { EgressMirrors = action.EgressMirrors.Union(a[0].Split(',')) }),
        Act("ingress mirror INTERFACES",
            (action, a) => action with { IngressMirrors = action.IngressMirrors.Union(a[0].Split(',')) }),
    ];

    private static Rule Set(string pattern, Func<ConfiguredFlow, string[], ConfiguredFlow> edit) =>
        Rule.Do(pattern, (session, a) => Change(session, flow => edit(flow, a)));

    private static Rule Act(string pattern, Func<ActionFields, string[], ActionFields> edit) =>
        Set($"action {pattern}", (flow, a) => flow with { Action = edit(flow.Action, a) });

    private static Rule Match(string pattern, Func<MatchFields, string[], MatchFields> edit) =>
        Set($"match {pattern}", (flow, a) => flow with { Match = edit(flow.Match, a) });

    /// <summary>EOS fills in the Ethernet type of IPv4: facts 2.2.</summary>
    private static Rule MatchIp(string pattern, Func<MatchFields, string[], MatchFields> edit) =>
        MatchWithType(pattern, edit, type => type is null or 0x0800, 0x0800);

    /// <summary>IPv6 addresses come after `match ethertype`: facts 2.2.</summary>
    private static Rule MatchIpv6(string pattern, Func<MatchFields, string[], MatchFields> edit) =>
        MatchWithType(pattern, edit, type => type is Ipv6Type, Ipv6Type);

    private static Rule MatchLayer4(string pattern, Func<MatchFields, string[], MatchFields> edit) =>
        MatchWithType(pattern, edit, type => type is null or 0x0800 or Ipv6Type, 0x0800);

    private static Rule MatchWithType(
        string pattern, Func<MatchFields, string[], MatchFields> edit, Func<int?, bool> allowed, int type) =>
        Rule.Do($"match {pattern}", (session, a) => Change(session, flow => allowed(flow.Match.EtherType)
            ? flow with { Match = edit(flow.Match, a) with { EtherType = flow.Match.EtherType ?? type } }
            : throw session.Invalid(2)));

    private static void Change(CliSession session, Func<ConfiguredFlow, ConfiguredFlow> edit)
    {
        // Another writer may have removed the flow; the lines of this session bring it back.
        var flow = session.State.Config.Flows.GetValueOrDefault(session.Subject) ?? new ConfiguredFlow(session.Subject);
        session.State.SetFlow(edit(flow));
    }

    private static string CommentOf(CliSession session) =>
        session.Input ?? throw CliError.CouldNotRun("Command requires input that ends with EOF");
}
