using System.Net;
using Assist.Commands;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Eos;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Demo;

/// <summary>The main job from end to end on this machine: switch, setup, daemon, logs, flows, packets.</summary>
internal sealed class DemoScript(DemoView view, TimeProvider time, TimeSpan step) : IAsyncDisposable
{
    private const int BypassedSessions = 40;
    private const int DeniedSessions = 60;
    private const int Threats = 20;
    private const int Repeats = 2_000;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _directory = Directory.CreateTempSubdirectory("assist-demo-").FullName;
    private readonly EmulatedSwitch _switch = new(time);
    private readonly DemoLogs _logs = new(time);
    private EapiServer? _eapi;
    private AssistDaemon? _daemon;

    /// <summary>True where everything added up.</summary>
    public async Task<bool> PlayAsync(CancellationToken cancellation)
    {
        using var certificates = new DemoCertificates(_directory, time.GetUtcNow());
        var config = Configure(certificates);
        _eapi = new EapiServer(_switch, time);
        _eapi.ListenUnix(config.Eapi.Socket!);
        await SetupCommand.SetUpAsync(config, TextWriter.Null, Consent.None, cancellation);
        view.Say("1. An emulated Arista switch is up; `assist setup` has written its static flows");
        _daemon = new DaemonBuilder(config, NullLoggerFactory.Instance, time).Build();
        await _daemon.StartAsync(cancellation);
        var firewall = new DemoFirewall(Port(Transport.Udp), Port(Transport.Tcp), Port(Transport.Tls));
        await BypassAsync(firewall, cancellation);
        await DropAsync(firewall, cancellation);
        await ThreatsAsync(firewall, certificates, cancellation);
        await RefuseAsync(firewall, certificates, cancellation);
        await SettleAsync(firewall, cancellation);
        var status = _daemon.Status.Report();
        return view.Summarise(status, firewall.Sent, firewall.Strangers, DynamicEntriesOnSwitch());
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null) await _daemon.StopAsync();
        _daemon?.Dispose();
        if (_eapi is not null) await _eapi.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private AssistConfig Configure(DemoCertificates certificates)
    {
        var file = Path.Combine(_directory, "assist.yaml");
        File.WriteAllText(file, $$"""
            mode: shunt
            firewall: {format: pan-os, senders: [127.0.0.1]}
            listeners:
              - {transport: udp, address: 127.0.0.1, port: 9514}
              - {transport: tcp, address: 127.0.0.1, port: 9514}
              - transport: tls
                address: 127.0.0.1
                port: 6514
                certificate: {{certificates.ServerFile}}
                key: {{certificates.KeyFile}}
                client_ca: {{certificates.AuthorityFile}}
            zones:
              a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
              b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}
            switch: {eapi: "unix:{{_directory}}/eapi.sock"}
            protect: {never_drop: [203.0.113.251]}
            """);
        var read = ConfigurationLoader.Load(file, [], Formats.Find);
        var config = read.Config ?? throw new DaemonException(read.Errors[0].ToString());
        // Any free ports: a daemon may be running on this machine.
        return config with { Listeners = [.. config.Listeners.Select(listener => listener with { Port = 0 })] };
    }

    private int Port(Transport transport) =>
        _daemon!.Listeners.First(listener => listener.Transport == transport).EndPoint.Port;

    private async Task BypassAsync(DemoFirewall firewall, CancellationToken cancellation)
    {
        var session = DemoSession.Number(0);
        view.Say($"2. UDP: the firewall allows {BypassedSessions} sessions\n   before: {PathOf(session)}");
        var lines = Enumerable.Range(0, BypassedSessions).Select(n => _logs.Allowed(DemoSession.Number(n)));
        await firewall.SendUdpAsync(lines, IPAddress.Loopback, cancellation);
        await SettleAsync(firewall, cancellation);
        view.Say($"   after:  {PathOf(session)}");
    }

    private async Task DropAsync(DemoFirewall firewall, CancellationToken cancellation)
    {
        var session = DemoSession.Number(1_000);
        view.Say($"3. TCP, ended by LF or octet-counted: it denies {DeniedSessions} sessions\n"
            + $"   before: {PathOf(session)}");
        var lines = Enumerable.Range(1_000, DeniedSessions).Select(n => _logs.Denied(DemoSession.Number(n)));
        await firewall.SendTcpAsync(lines, cancellation);
        await SettleAsync(firewall, cancellation);
        view.Say($"   after:  {PathOf(session)}");
    }

    private async Task ThreatsAsync(
        DemoFirewall firewall, DemoCertificates certificates, CancellationToken cancellation)
    {
        view.Say($"4. TLS, client certificate: it stops {Threats} threats, one with commands in its URL");
        var lines = Enumerable.Range(2_000, Threats - 1).Select(n => _logs.Threat(DemoSession.Number(n)))
            .Append(_logs.Hostile(DemoSession.Number(2_999)));
        await firewall.SendTlsAsync(lines, certificates.Firewall, certificates.Authority, cancellation);
        await SettleAsync(firewall, cancellation);
        view.Say($"   after:  {PathOf(DemoSession.Number(2_999))}");
    }

    private async Task RefuseAsync(
        DemoFirewall firewall, DemoCertificates certificates, CancellationToken cancellation)
    {
        view.Say("5. Old, future and forged logs, NAT, protected addresses, garbage;\n"
            + $"   {Repeats} repeats of what is known already");
        var sessions = Enumerable.Range(3_000, 5).Select(DemoSession.Number).ToList();
        var isProtected = DemoSession.Number(3_100) with { Destination = IPAddress.Parse("203.0.113.251") };
        IEnumerable<string> refused =
        [
            .. sessions.Select(_logs.Old), .. sessions.Select(_logs.FromTheFuture),
            .. sessions.Select(_logs.Translated), .. sessions.Select(_logs.FromAnotherPort),
            _logs.Denied(isProtected), _logs.System(), "<14>not a log of this firewall",
        ];
        await firewall.SendUdpAsync(refused, IPAddress.Loopback, cancellation);
        await firewall.SendUdpAsync(sessions.Select(_logs.Denied), IPAddress.Parse("127.0.0.2"), cancellation);
        await firewall.SendAsStrangerAsync(
            sessions.Select(_logs.Denied), certificates.Stranger, certificates.Authority, cancellation);
        var repeats = Enumerable.Range(0, Repeats)
            .Select(n => _logs.Denied(DemoSession.Number(1_000 + n % DeniedSessions)));
        await firewall.SendUdpAsync(repeats, IPAddress.Loopback, cancellation);
        await SettleAsync(firewall, cancellation);
    }

    /// <summary>Where the switch sends the session's next packet: asked of the switch, not of the daemon.</summary>
    private string PathOf(DemoSession session)
    {
        var packet = Packet.Tcp(
            "Ethernet1", session.Source.ToString(), session.SourcePort,
            session.Destination.ToString(), session.DestinationPort);
        var forwarding = _switch.Forward(packet);
        if (forwarding.IsDropped) return "a packet from Ethernet1 is dropped by the switch";
        return forwarding.Ports == "Ethernet4"
            ? "a packet from Ethernet1 leaves by Ethernet4, past the firewall"
            : $"a packet from Ethernet1 goes to the firewall on {forwarding.Ports}";
    }

    private int DynamicEntriesOnSwitch() => _switch.Snapshot().Flows.Count(flow => FlowName.IsDynamic(flow.Name));

    /// <summary>Until every message sent is counted and every flow is read back; the view is drawn meanwhile.</summary>
    private async Task SettleAsync(DemoFirewall firewall, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < s_patience)
        {
            var status = _daemon!.Status.Report();
            view.Draw(status, _daemon.Status.Flows().Flows ?? []);
            var isCounted = status.Received == firewall.Sent && status.Outcomes.Values.Sum() == status.Received
                && status.Rejected["client_certificate"] == firewall.Strangers && status.QueueLength == 0;
            if (isCounted && _daemon.Status.IsSettled && time.GetElapsedTime(start) >= step) return;
            await Task.Delay(s_look, time, cancellation);
        }
    }
}
