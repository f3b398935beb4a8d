using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>Show commands. One without a JSON form is "unconverted" when it is asked for as JSON.</summary>
internal static class ShowCommands
{
    // DFA sends these without enable: facts 3.2.
    public static readonly Rule[] Exec =
    [
        Rule.Show("show version",
            (session, _) => Version(session.State)),
        Rule.Show("show hostname", (session, _) => Hostname(session.State.Hostname)),
        Rule.Show("show privilege", (session, _) => Privilege(session.Mode is Mode.Exec ? 1 : 15)),
        Rule.Show("show directflow", (session, _) => TextOnly(() => Summary(session.State))),
        Rule.Show("show directflow counters",
            (session, _) => TextOnly(() => FlowText.Counters(FlowReport.Programmed(session.State)))),
        Rule.Show("show directflow flows", (session, _) => Flows(session.State, _ => true)),
        Rule.Show("show directflow flows WORD", (session, a) => Flows(session.State, name => name == a[0])),
        Rule.Show("show directflow detail", (session, _) => Detail(session.State)),
        Rule.Show("show interfaces status",
            (session, _) => InterfacesStatus(session.State)),
        .. NetworkReport.Commands.Select(command =>
            Rule.Show(command.Replace("0.0.0.0/0", "WORD", StringComparison.Ordinal),
                (session, _) => NetworkReport.Of(session.State, command))),
        .. PolicyReport.Commands,
        Rule.Show("show lldp neighbors", (session, _) => Neighbors(session.State)),
    ];

    public static readonly Rule[] Enable =
    [
        Rule.Show("show running-config", (session, _) => TextOnly(() => Pipes.Joined(Running(session)))),
        Rule.Show("show startup-config", (session, _) => TextOnly(() => Pipes.Joined(
            RunningConfigText.All(session.State.Startup, session.State.Options)))),
        // pyeapi reads the configuration so; EOS would show the defaults too, whose words are not known.
        Rule.Show("show running-config all", (session, _) => TextOnly(() => Pipes.Joined(Running(session)))),
        Rule.Show("show running-config section LINE",
            (session, a) => TextOnly(() => Pipes.Joined(Pipes.Sections([.. Running(session)], a[0])))),
        Rule.Show("show running-config interfaces INTERFACES",
            (session, a) => TextOnly(() => Pipes.Joined(Interfaces(session, a[0])))),
        Rule.Show("show ip access-lists WORD",
            (session, a) => TextOnly(() => Pipes.Joined(AccessListCommands.Shown(session.State.Config, a[0])))),
        Rule.Show("show platform trident tcam", (session, _) => Tcam(session)),
        Rule.Show("show management api http-commands",
            (session, _) => TextOnly(() => DeviceReport.ApiText(session.State))),
    ];

    private static ShowOutput TextOnly(Func<string> text) => ShowOutput.TextOnly(text);

    private static ShowOutput Version(SwitchState state) =>
        new(() => DeviceReport.VersionJson(state), () => DeviceReport.VersionText(state));

    private static ShowOutput InterfacesStatus(SwitchState state) =>
        new(() => DeviceReport.StatusJson(state), () => DeviceReport.StatusText(state));

    private static ShowOutput Neighbors(SwitchState state) =>
        new(() => DeviceReport.NeighborsJson(state), () => DeviceReport.NeighborsText(state));

    private static ShowOutput Hostname(string name) => new(
        () => new JsonObject { ["hostname"] = name, ["fqdn"] = name },
        () => $"Hostname: {name}\nFQDN:     {name}\n");

    private static ShowOutput Privilege(int level) => new(
        () => new JsonObject { ["privilegeLevel"] = level },
        () => $"Current privilege level is {level}\n");

    private static ShowOutput Flows(SwitchState state, Func<string, bool> named)
    {
        var flows = FlowReport.Programmed(state).Where(f => named(f.Flow.Name)).ToList();
        return new ShowOutput(() => FlowJson.Flows(flows, state.Options), () => FlowText.Flows(flows));
    }

    private static ShowOutput Detail(SwitchState state)
    {
        var flows = FlowReport.All(state).ToList();
        return new ShowOutput(() => FlowJson.Detail(flows, state.Options), () => FlowText.Detail(flows, state.Options));
    }

    // The real output is not known from any source.
    private static string Summary(SwitchState state) => Pipes.Joined(
    [
        $"DirectFlow configuration: {(state.IsProgramming ? "Enabled" : "Disabled")}",
        $"Total flows: {state.Config.Flows.Count}",
    ]);

    private static IEnumerable<string> Running(CliSession session) =>
        RunningConfigText.All(session.State.Config, session.State.Options);

    private static IEnumerable<string> Interfaces(CliSession session, string names)
    {
        var ports = session.State.Config.Interfaces;
        return names.Split(',')
            .Select(name => ports.GetValueOrDefault(name) ?? new InterfaceConfig(name))
            .SelectMany(port => RunningConfigText.Interface(
                port, session.State.Config.Policies.Interfaces.GetValueOrDefault(port.Name)))
            .Where(line => line != "!");
    }

    private static ShowOutput Tcam(CliSession session) => session.State.Options.Trident
        ? TextOnly(() => TcamText.Summary(session.State))
        // Wording of other hardware: facts 2.7.
        : throw session.Invalid(2);
}
