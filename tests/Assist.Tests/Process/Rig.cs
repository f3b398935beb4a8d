using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>A switch, a daemon and their files in a short directory of their own.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, byte> s_given = new();
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly List<Spawned> _spawned = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private int _switches;

    public Rig()
    {
        Certificates = new Certificates(_directory);
        WriteConfiguration("");
    }

    public static string Program => RunningProgram.Assist;

    public static string SwitchProgram { get; } = Path.Combine(AppContext.BaseDirectory, "assist-eos");

    public Certificates Certificates { get; }

    public int Port { get; } = FreePort();

    public int TlsPort { get; } = FreePort();

    public string Configuration => File("assist.yaml");

    public string ControlSocket => File("c/s");

    public string SwitchSocket => File("eos");

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public Spawned? Daemon { get; private set; }

    public Spawned? Switch { get; private set; }

    public string File(string name) => Path.Combine(_directory, name);

    /// <param name="more">Sections beside those that every test needs.</param>
    public void WriteConfiguration(
        string more, string wait = "0", string firewall = "", string tls = "", string limits = "") =>
        System.IO.File.WriteAllText(Configuration, $$"""
        firewall: {senders: [127.0.0.1, "::1"]{{firewall}}}
        listeners:
          - {transport: udp, port: {{Port}}}
          - {transport: tcp, port: {{Port}}}
          - {transport: tls, port: {{TlsPort}}, certificate: server.crt, key: server.key, client_ca: ca.crt{{tls}}}
        zones:
          a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
          b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}
        switch: {eapi: "unix:{{SwitchSocket}}", wait: {{wait}}}
        control: {socket: c/s, state_directory: state}
        limits: {udp_receive_buffer: 4M{{limits}}}
        {{more}}
        """);

    public async Task StartSwitchAsync(params string[] options)
    {
        var ready = File($"ready{++_switches}");
        Switch = Start(SwitchProgram,
            ["--socket", SwitchSocket, "--record", File("record"), "--ready-file", ready, "--programming-delay",
                "5ms", "--control", File("order"), .. options]);
        await UntilAsync(() => System.IO.File.Exists(ready), "the switch is ready");
    }

    /// <summary>Ends the switch, and starts one that holds nothing in its place.</summary>
    public async Task RestartSwitchAsync(params string[] options)
    {
        Switch!.Signal("TERM");
        await Switch.EndAsync(TimeSpan.FromSeconds(5));
        await StartSwitchAsync(options);
        await SetUpAsync();
    }

    public async Task<Finished> AssistAsync(params string[] arguments) => await AssistWithInputAsync("", arguments);

    public async Task<Finished> AssistWithInputAsync(string input, params string[] arguments) =>
        await Spawned.RunAsync(Program, ["--config", Configuration, .. arguments], input, Environment);

    public async Task SetUpAsync() => Assert.Equal((0, ""), Result(await AssistAsync("setup")));

    public void Run() => RunAs("run");

    /// <summary>The program built with the tests, also where the published one is tested.</summary>
    public void RunBuilt() => Daemon = Start(RunningProgram.BuiltAssist, "--config", Configuration, "run");

    /// <summary>A daemon that may have so many files and sockets open.</summary>
    public void RunWithDescriptors(int limit) => Daemon = Start(
        "/bin/sh", "-c", $"ulimit -n {limit}; exec \"$0\" \"$@\"", Program, "--config", Configuration, "run");

    public void RunAs(params string[] command) => Daemon = Start(Program, ["--config", Configuration, .. command]);

    /// <summary>A daemon whose log on standard error nobody reads.</summary>
    public void RunUnread()
    {
        Daemon = Spawned.Start(Program, ["--config", Configuration, "run"], Environment, readsErrors: false);
        _spawned.Add(Daemon);
    }

    public Spawned Start(string program, params string[] arguments)
    {
        var spawned = Spawned.Start(program, arguments, Environment);
        _spawned.Add(spawned);
        return spawned;
    }

    /// <summary>A daemon that answers and has read the switch.</summary>
    public async Task StartDaemonAsync()
    {
        Run();
        await UntilReadyAsync();
    }

    // The table is read beside the question what the switch is, which also tells when it has started.
    public Task UntilReadyAsync() => UntilStatusAsync(
        status => status.GetProperty("switch").GetProperty("reachable").GetBoolean()
            && status.GetProperty("switch").GetProperty("version").GetString() is { Length: > 0 },
        "the daemon has read the switch");

    public async Task StartAsync(params string[] switchOptions)
    {
        await StartSwitchAsync(switchOptions);
        await SetUpAsync();
        await StartDaemonAsync();
    }

    public async Task<Finished> StopAsync()
    {
        Daemon!.Signal("TERM");
        return await Daemon.EndAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>The answer on the control socket, or null where nobody answers.</summary>
    /// <param name="more">Further members of the request.</param>
    public async Task<JsonElement?> AskAsync(string command, string more = "")
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(ControlSocket));
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $$"""{"command":"{{command}}"{{(more.Length > 0 ? $",{more}" : "")}}}""" + "\n"));
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync() is { } line ? JsonDocument.Parse(line).RootElement : null;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }

    public async Task<JsonElement> UntilStatusAsync(Func<JsonElement, bool> condition, string what)
    {
        JsonElement? last = null;
        await UntilAsync(
            async () => (last = (await AskAsync("status"))?.GetProperty("status")) is { } status && condition(status),
            () => $"{what}; last: {last}; daemon ended: {Daemon?.HasEnded}");
        return last!.Value;
    }

    /// <summary>Everything that arrived has become something, and the outcomes add up.</summary>
    public Task<JsonElement> UntilReceivedAsync(long count) => UntilStatusAsync(
        status => status.GetProperty("received").GetInt64() == count && Sum(status.GetProperty("outcomes")) == count
            && status.GetProperty("queue_length").GetInt32() == 0,
        $"{count} received, and as many outcomes");

    public Task<JsonElement> UntilOutcomeAsync(string outcome, long count) => UntilStatusAsync(
        status => status.GetProperty("outcomes").GetProperty(outcome).GetInt64() == count
            && status.GetProperty("received").GetInt64() == Sum(status.GetProperty("outcomes")),
        $"{count} {outcome}, and no message without an outcome");

    public Task<JsonElement> UntilProgrammedAsync(string action, int count) => UntilStatusAsync(
        status => Flows(status, action, "programmed") == count, $"{count} {action} programmed");

    public static int Flows(JsonElement status, string action, string state) =>
        status.GetProperty("table").GetProperty("flows").GetProperty(action).GetProperty(state).GetInt32();

    /// <summary>Names of the flows in the switch's hardware, by eAPI.</summary>
    public async Task<string[]> SwitchFlowsAsync(string prefix = "")
    {
        var answer = await Eapi.RunAsync(SwitchSocket, "show directflow flows");
        return [.. answer[0].GetProperty("flows").EnumerateArray().Select(flow => flow.GetProperty("name").GetString()!)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>The switch's answer to an order, as the emulator's page lists them.</summary>
    public async Task<string> OrderAsync(string order)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(File("order")));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(order + "\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    /// <summary>For tests that look at it as another user.</summary>
    public void OpenToAll()
    {
        const UnixFileMode Look = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        System.IO.File.SetUnixFileMode(_directory, Look);
    }

    public Task UntilSwitchHoldsAsync(string prefix, int count) => UntilAsync(
        async () => (await SwitchFlowsAsync(prefix)).Length == count, () => $"{count} flows {prefix} on the switch");

    /// <summary>Names of the flows in the switch's configuration, programmed or not.</summary>
    public async Task<string[]> ConfiguredFlowsAsync(string prefix)
    {
        var answer = await Eapi.RunTextAsync(SwitchSocket, "enable", "show running-config section directflow");
        return [.. answer[1].Split('\n')
            .Select(line => line.Trim()).Where(line => line.StartsWith($"flow {prefix}", StringComparison.Ordinal))];
    }

    /// <summary>Reloads a switch that has run for longer than what tells two starts apart.</summary>
    public async Task ReloadSwitchAsync()
    {
        await UntilAsync(
            async () => (await Eapi.RunAsync(SwitchSocket, "show version"))[0].GetProperty("uptime").GetDouble() > 2,
            () => "the switch has run for 2 s");
        Assert.Equal("ok", await OrderAsync("reload"));
    }

    /// <summary>Every command the switch has received.</summary>
    public string[] Recorded()
    {
        using var file = new FileStream(File("record"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => JsonDocument.Parse(line).RootElement.EnumerateArray())
            .Select(command => command.ValueKind == JsonValueKind.String
                ? command.GetString()!
                : command.GetRawText())];
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? deadline = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < (deadline ?? s_deadline), $"still not so: {what()}");
            await Task.Delay(s_look);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) =>
        UntilAsync(() => Task.FromResult(condition()), () => what);

    public async ValueTask DisposeAsync()
    {
        // One that `start` left in the background is no child of ours; it alone can say which it is.
        if (await AskAsync("status") is { } answer)
            await Spawned.RunAsync("kill", ["-s", "KILL", answer.GetProperty("status")
                .GetProperty("pid").GetInt32().ToString(CultureInfo.InvariantCulture)]);
        foreach (var spawned in _spawned) spawned.Dispose();
        Certificates.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Below the ports that the system hands out itself, so that nobody takes it meanwhile; each is given only
    /// once.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var udp =
                    new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
                udp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                using var tcp =
                    new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
                tcp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                if (s_given.TryAdd(port, 0)) return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
    }

    private static (int Code, string Errors) Result(Finished finished) => (finished.Code, finished.Errors);

    private static long Sum(JsonElement counts) => counts.EnumerateObject().Sum(count => count.Value.GetInt64());
}
