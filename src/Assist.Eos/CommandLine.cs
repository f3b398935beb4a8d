using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>The command line of `assist-eos`.</summary>
internal static class CommandLine
{
    private static readonly Option<string> s_socket = new("--socket")
    {
        Description = "Path of the unix socket to serve eAPI on",
        HelpName = "PATH",
        Required = true,
    };

    private static readonly Option<int?> s_http =
        new("--http") { Description = "Serve plain http on this port of 127.0.0.1 too", HelpName = "PORT" };
    private static readonly Option<int?> s_https =
        new("--https") { Description = "Serve https on this port of 127.0.0.1 too", HelpName = "PORT" };
    private static readonly Option<string?> s_cert =
        new("--cert") { Description = "PEM file of the https certificate", HelpName = "FILE" };
    private static readonly Option<string?> s_key =
        new("--key") { Description = "PEM file of its key", HelpName = "FILE" };
    private static readonly Option<string?> s_user =
        new("--user") { Description = "User that http and https ask for", HelpName = "NAME" };
    private static readonly Option<string?> s_password =
        new("--password") { Description = "Password of that user", HelpName = "TEXT" };

    private static readonly Option<int> s_capacity = new("--capacity")
    {
        Description = "Entries of the flow table, 4 of them reserved by EOS",
        HelpName = "N",
        DefaultValueFactory = _ => new SwitchOptions().Capacity,
    };

    private static readonly Option<string> s_delay = new("--programming-delay")
    {
        Description = "Time from an accepted command to the hardware, such as 200ms or 2s",
        HelpName = "TIME",
        DefaultValueFactory = _ => "20ms",
    };

    private static readonly Option<string> s_version = new("--eos-version")
    {
        Description = "EOS version to answer with",
        HelpName = "VERSION",
        DefaultValueFactory = _ => new SwitchOptions().EosVersion,
    };

    private static readonly Option<string?> s_network = new("--network")
    {
        Description = "JSON file of answers to show commands about the network, by command",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> s_faults = new("--fault")
    {
        Description = $"Behave badly; repeatable. One of: {string.Join(", ", Faults.Names)}",
        HelpName = "NAME[=VALUE]",
    };

    private static readonly Option<string?> s_ready =
        new("--ready-file") { Description = "File to create when ready", HelpName = "PATH" };

    private static readonly Option<string?> s_record = new("--record")
    {
        Description =
            "Append every request to this file before it is carried out: a line with the JSON list of commands",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_control = new("--control")
    {
        Description = "Path of a unix socket on which faults are changed at run time; see docs/emulator.md",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_journal = new("--journal")
    {
        Description = "Append every change of the hardware's flow table to this file",
        HelpName = "FILE",
    };

    private static readonly Option<string> s_dataPath = new("--datapath")
    {
        Description = "What carries packets: memory (they are only asked about) or ovs (Open vSwitch)",
        HelpName = "memory|ovs",
        DefaultValueFactory = _ => "memory",
    };

    private static readonly Option<string?> s_bridge = new("--ovs-bridge")
    {
        Description = "With ovs: the bridge as ovs-ofctl takes it, a name or unix:PATH of its management socket",
        HelpName = "BRIDGE",
    };

    private static readonly Option<string[]> s_ports = new("--ovs-port")
    {
        Description = "With ovs: OpenFlow port number of an interface, such as Ethernet1=1; repeatable",
        HelpName = "INTERFACE=N",
    };

    private static readonly Option<string[]> s_neighbors = new("--lldp")
    {
        Description = "A neighbour that LLDP shows, such as Ethernet1=core1:Ethernet49; repeatable",
        HelpName = "INTERFACE=DEVICE:PORT",
    };

    private static readonly Option<string> s_unmatched = new("--ovs-unmatched")
    {
        Description = "With ovs: a packet that no flow takes is switched by its address (normal) or dropped",
        HelpName = "normal|drop",
        DefaultValueFactory = _ => "normal",
    };

    public static RootCommand Root()
    {
        var root = new RootCommand("An emulated Arista switch: eAPI with DirectFlow, for demonstrations and tests.");
        Option[] transport = [s_socket, s_http, s_https, s_cert, s_key, s_user, s_password];
        Option[] device =
            [s_capacity, s_delay, s_version, s_network, s_faults, s_neighbors, s_ready, s_record, s_control, s_journal];
        Option[] dataPath = [s_dataPath, s_bridge, s_ports, s_unmatched];
        foreach (var option in transport.Concat(device).Concat(dataPath)) root.Add(option);
        s_dataPath.AcceptOnlyFromAmong("memory", "ovs");
        s_unmatched.AcceptOnlyFromAmong("normal", "drop");
        root.Validators.Add(CheckTogether);
        Require(s_capacity, value => int.TryParse(value, out var number) && number >= 0, "a number");
        Require(s_delay, value => Faults.TryDuration(value, out _), "a time such as 200ms, 5s or 2m");
        Require(s_faults, v => Faults.TryApply(new SwitchOptions(), v, out _), "unknown or wrong value; see --help");
        Require(s_ports, value => TryPort(value, out _), "an interface and a port number such as Ethernet1=1");
        Require(s_neighbors, value => TryNeighbor(value, out _, out _), "such as Ethernet1=core1:Ethernet49");
        root.SetAction(RunAsync);
        return root;
    }

    private static void Require(Option option, Func<string, bool> isRight, string message) =>
        option.Validators.Add(r => Check(r, r.Tokens.All(t => isRight(t.Value)), $"{option.Name}: {message}"));

    private static void CheckTogether(CommandResult result)
    {
        var certified = result.GetValue(s_cert) is not null && result.GetValue(s_key) is not null;
        var paired = result.GetValue(s_user) is null == result.GetValue(s_password) is null;
        Check(result, result.GetValue(s_https) is null || certified, "--https needs --cert and --key");
        Check(result, paired, "--user and --password go together");
        var bridged = result.GetValue(s_dataPath) != "ovs" || result.GetValue(s_bridge) is not null;
        Check(result, bridged, "--datapath ovs needs --ovs-bridge");
    }

    private static void Check(SymbolResult result, bool right, string message)
    {
        if (!right) result.AddError(message);
    }

    /// <summary>SIGINT and SIGTERM end the wait, so that the socket is removed and the exit code is 0.</summary>
    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await ServeAsync(parsed, stopped.Task.WaitAsync(cancel));
            return 0;
        }
        catch (Exception e)
            when (e is IOException or SocketException or UnauthorizedAccessException or CryptographicException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task ServeAsync(ParseResult parsed, Task stopped)
    {
        await using var record = parsed.GetValue(s_record) is { } file ? new RequestRecord(file) : null;
        using var journal = parsed.GetValue(s_journal) is { } journalFile
            ? new TableJournal(journalFile, TimeProvider.System)
            : null;
        var options = SwitchOf(parsed);
        var path = DataPathOf(parsed);
        var device = new EmulatedSwitch(TimeProvider.System, options, journal is null ? null : journal.Append, path);
        List<string> places = [];
        using var off = new CancellationTokenSource();
        var following = path is null ? stopped : device.FollowAsync(Console.Error.WriteLine, off.Token);
        await using var service = new CommandApiService(() =>
        {
            var server = new EapiServer(device, received: record is null ? null : record.Append);
            places = Listen(server, parsed);
            return server;
        });
        service.Up();
        await using var control = new ControlChannel(device, options, service);
        if (parsed.GetValue(s_control) is { } socket) control.Listen(socket);
        if (parsed.GetValue(s_ready) is { } ready) await File.WriteAllTextAsync(ready, "");
        Console.Out.WriteLine($"ready on {string.Join(", ", places)}");
        await await Task.WhenAny(stopped, following);
        await off.CancelAsync();
        await following;
    }

    private static List<string> Listen(EapiServer server, ParseResult parsed)
    {
        var path = parsed.GetValue(s_socket)!;
        server.ListenUnix(path);
        var places = new List<string> { path };
        var credentials = parsed.GetValue(s_user) is { } user ? $"{user}:{parsed.GetValue(s_password)}" : null;
        if (parsed.GetValue(s_http) is { } http)
            places.Add($"http://127.0.0.1:{server.ListenTcp(new(IPAddress.Loopback, http), null, credentials)}");
        if (parsed.GetValue(s_https) is not { } https) return places;
        var certificate = X509Certificate2.CreateFromPemFile(parsed.GetValue(s_cert)!, parsed.GetValue(s_key)!);
        places.Add($"https://127.0.0.1:{server.ListenTcp(new(IPAddress.Loopback, https), certificate, credentials)}");
        return places;
    }

    private static OpenVSwitch? DataPathOf(ParseResult parsed)
    {
        if (parsed.GetValue(s_dataPath) != "ovs") return null;
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(s_ports) ?? [])
            if (TryPort(text, out var port)) ports[port.Name] = port.Number;
        return new OpenVSwitch(new OpenVSwitchOptions(
            parsed.GetValue(s_bridge)!, ports, ForwardsUnmatched: parsed.GetValue(s_unmatched) == "normal"));
    }

    private static bool TryPort(string text, out (string Name, int Number) port)
    {
        port = default;
        if (text.Split('=') is not [var word, var digits] || InterfaceNames.Long(word) is not { } name) return false;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        port = (name, number);
        return number is > 0 and < 0xff00;
    }

    private static bool TryNeighbor(string text, out string name, out LldpNeighbor neighbor)
    {
        (name, neighbor) = ("", new LldpNeighbor("", ""));
        if (text.Split('=', 2) is not [var word, var rest] || InterfaceNames.Long(word) is not { } known) return false;
        if (rest.Split(':', 2) is not [var device, var port]) return false;
        (name, neighbor) = (known, new LldpNeighbor(device, port));
        return true;
    }

    private static SwitchOptions SwitchOf(ParseResult parsed)
    {
        Faults.TryDuration(parsed.GetValue(s_delay)!, out var delay);
        var options = new SwitchOptions
        {
            Capacity = parsed.GetValue(s_capacity),
            ProgrammingDelay = delay,
            EosVersion = parsed.GetValue(s_version)!,
            Network = parsed.GetValue(s_network) is { } file
                ? JsonNode.Parse(File.ReadAllText(file)) as JsonObject : null,
            Neighbors = NeighborsOf(parsed),
        };
        foreach (var fault in parsed.GetValue(s_faults) ?? [])
            if (Faults.TryApply(options, fault, out var changed)) options = changed;
        return options;
    }

    private static Dictionary<string, LldpNeighbor> NeighborsOf(ParseResult parsed)
    {
        var neighbors = new Dictionary<string, LldpNeighbor>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(s_neighbors) ?? [])
            if (TryNeighbor(text, out var name, out var neighbor)) neighbors[name] = neighbor;
        return neighbors;
    }
}
