using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Bench.Measurements;
using Assist.Configuration;

namespace Assist.Bench.Machine;

/// <summary>Where receivers are set up: programs, a folder for their files, a certificate, ports.</summary>
internal sealed class Bed : IDisposable
{
    // What is tried is delivery, and as many drops as fit.
    private const string NoLimits = "per_source: 0, ports_per_pair: 0, denial_share: 100, bypass_floor: 0, "
        + "replace_idle_drops: false, repeat_when_short: false, "
        + "drops_per_minute: 0, drops_per_rule: 0, drops_per_sender: 0, one_address_drops: 0";

    private readonly string _directory = Directory.CreateTempSubdirectory("bench-").FullName;
    private int _port = 20_000;

    public Bed(string program, string tools, string repository)
    {
        (Program, Sender, LimitProgram) = (program, Path.Combine(tools, "sender"), Path.Combine(tools, "limit"));
        Rivals = Path.Combine(repository, "tests/bench/rivals");
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(PathOf("server.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("server.key"), key.ExportPkcs8PrivateKeyPem());
        // A key that others can read is refused.
        File.SetUnixFileMode(PathOf("server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public string Program { get; }

    public string Sender { get; }

    private string LimitProgram { get; }

    private string Rivals { get; }

    public string Log => PathOf("log");

    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <param name="batches">Over UDP: many datagrams in a call, as recvmmsg takes them, or one in each.</param>
    public async Task<Limit> StartLimitAsync(Wire wire, Work work, bool batches = true)
    {
        var port = _port++;
        string[] certificate = wire == Wire.Tls ? [PathOf("server.crt"), PathOf("server.key")] : [];
        var (mode, what) = (batches ? wire.Name() : "recv", work.ToString().ToLowerInvariant());
        var child = Child.Start(LimitProgram, [mode, what, Text(port), .. certificate]);
        return await ListeningAsync(new Limit(work, child, port));
    }

    /// <summary>Null where it is not there. RSYSLOGD, RSYSLOG_MODULES and RIVAL_LIBRARIES name one that is unpacked
    /// elsewhere.</summary>
    public async Task<Rival?> StartRsyslogAsync(Search search)
    {
        if (Find("RSYSLOGD", "rsyslogd") is not { } program) return null;
        var (port, tlsPort) = (_port++, _port++);
        var conf = Fill("rsyslog.conf", port, tlsPort, search == Search.Text
            ? "$rawmsg contains \",TRAFFIC,deny,\""
            : "field($rawmsg, 44, 4) == \"TRAFFIC\" and field($rawmsg, 44, 31) == \"deny\"");
        List<string> arguments = ["-n", "-f", conf, "-i", PathOf($"{port}.pid")];
        if (Environment.GetEnvironmentVariable("RSYSLOG_MODULES") is { } modules) arguments.AddRange(["-M", modules]);
        var child = StartRival(program, arguments);
        return await ListeningAsync(new Rival("rsyslog", search, child, port, tlsPort, PathOf($"{port}.out")));
    }

    /// <summary>Null where it is not there. SYSLOG_NG, SYSLOG_NG_MODULES and RIVAL_LIBRARIES name one that is unpacked
    /// elsewhere.</summary>
    public async Task<Rival?> StartSyslogNgAsync(Search search)
    {
        if (Find("SYSLOG_NG", "syslog-ng") is not { } program) return null;
        var (port, tlsPort) = (_port++, _port++);
        var conf = Fill("syslog-ng.conf", port, tlsPort, search == Search.Text
            ? "filter(text); parser(csv);" : "parser(csv); filter(columns);");
        List<string> arguments =
        [
            "-F", "-f", conf, "-R", PathOf($"{port}.persist"), "-p", PathOf($"{port}.pid"), "-c", PathOf($"{port}.ctl"),
            "--no-caps",
        ];
        if (Environment.GetEnvironmentVariable("SYSLOG_NG_MODULES") is { } modules)
            arguments.Add($"--module-path={modules}");
        var child = StartRival(program, arguments);
        return await ListeningAsync(new Rival("syslog-ng", search, child, port, tlsPort, PathOf($"{port}.out")));
    }

    /// <param name="rules">The section with rules; none takes the shipped ones.</param>
    /// <param name="window">In which a verdict is the same one; after it the switch is told again.</param>
    public async Task<MeasuredDaemon> StartDaemonAsync(
        TimedSwitch device, string rules = "", int capacity = 1500, string window = "1m")
    {
        var daemon = LaunchDaemon(device, rules, capacity, out _, window: window);
        await daemon.UntilListeningAsync();
        await daemon.UntilSwitchReadAsync();
        return daemon;
    }

    public MeasuredDaemon LaunchDaemon(
        TimedSwitch device, string rules, int capacity, out long startedAt, string notify = "", string window = "1m")
    {
        var (port, tlsPort) = (_port++, _port++);
        var (configuration, control) = (ConfigurationOf(port), PathOf($"{port}.s"));
        File.WriteAllText(configuration, $$"""
            firewall: {senders: [127.0.0.1]}
            listeners:
              - {transport: udp, port: {{port}}}
              - {transport: tcp, port: {{port}}}
              - {transport: tls, port: {{tlsPort}}, certificate: server.crt, key: server.key}
            zones:
              a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
              b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}
            switch: {eapi: "unix:{{device.Socket}}"}
            control: {socket: {{control}}, state_directory: {{PathOf("state")}}}
            flows: {capacity: {{capacity}}, duplicate_window: {{window}}, {{NoLimits}}}
            {{rules}}
            """);
        // As packaging/linux/assist.service sets it.
        Dictionary<string, string> environment = new() { ["DOTNET_EnableDiagnostics"] = "0" };
        if (notify.Length > 0) environment["NOTIFY_SOCKET"] = notify;
        startedAt = System.Diagnostics.Stopwatch.GetTimestamp();
        var child = Child.Start(Program, ["--config", configuration, "run"], Log, environment);
        return new MeasuredDaemon(child, control, port, tlsPort);
    }

    /// <summary>One whole command, as an operator types it, and what it prints.</summary>
    public async Task<string> CommandAsync(MeasuredDaemon daemon, params string[] arguments)
    {
        using var child = Child.Start(Program, ["--config", ConfigurationOf(daemon.UdpPort), .. arguments]);
        return await child.ReadToExitAsync();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string ConfigurationOf(int port) => PathOf($"{port}.yaml");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<T> ListeningAsync<T>(T receiver)
        where T : Receiver
    {
        await receiver.UntilListeningAsync();
        return receiver;
    }

    private Child StartRival(string program, List<string> arguments)
    {
        var libraries = Environment.GetEnvironmentVariable("RIVAL_LIBRARIES") ?? "";
        Dictionary<string, string> environment = new() { ["LD_LIBRARY_PATH"] = libraries };
        return Child.Start(program, arguments, Log, libraries.Length > 0 ? environment : null);
    }

    private static string? Find(string variable, string program)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named) return named;
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return path.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private string Fill(string conf, int port, int tlsPort, string denied)
    {
        var text = File.ReadAllText(Path.Combine(Rivals, conf))
            .Replace("@DIR@", _directory)
            .Replace("@OUT@", PathOf($"{port}.out"))
            .Replace("@DENIED@", denied)
            .Replace("@CERT@", PathOf("server.crt"))
            .Replace("@KEY@", PathOf("server.key"))
            .Replace("@PORT@", Text(port))
            .Replace("@TLSPORT@", Text(tlsPort))
            .Replace("@DRIVER@", Environment.GetEnvironmentVariable("RSYSLOG_DRIVER") ?? "gtls");
        File.WriteAllText(PathOf($"{port}-{conf}"), text);
        return PathOf($"{port}-{conf}");
    }
}
