using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Bench.Measurements;
using Assist.Configuration;

namespace Assist.Bench.Machine;

/// <summary>Where receivers are set up: programs, a folder for their files, a certificate, ports.</summary>
internal sealed class Bed : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bench-").FullName;
    private int _port = 20_000;

    public Bed(string program, string tools, string repository)
    {
        (Program, Sender, Limit) = (program, Path.Combine(tools, "sender"), Path.Combine(tools, "limit"));
        Rivals = Path.Combine(repository, "tests/bench/rivals");
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(PathOf("server.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public string Program { get; }

    public string Sender { get; }

    public string Limit { get; }

    private string Rivals { get; }

    public string Log => PathOf("log");

    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <param name="parses">Over UDP and TLS too; over TCP it always does.</param>
    public async Task<Receiver> StartLimitAsync(Wire wire, bool parses = false)
    {
        var (port, mode) = (_port++, wire.Name() + (parses ? "+parse" : ""));
        string[] certificate = wire == Wire.Tls ? [PathOf("server.crt"), PathOf("server.key")] : [];
        var child = Child.Start(Limit, [mode, port.ToString(CultureInfo.InvariantCulture), .. certificate], Log);
        return await ListeningAsync(new Receiver($"C {mode}", child, port, port));
    }

    /// <summary>Null where it is not there. RSYSLOGD, RSYSLOG_MODULES and RIVAL_LIBRARIES name one that is unpacked
    /// elsewhere.</summary>
    public async Task<Rival?> StartRsyslogAsync(Search search)
    {
        if (Find("RSYSLOGD", "rsyslogd") is not { } program) return null;
        var (port, tlsPort) = (_port++, _port++);
        var conf = Fill("rsyslog.conf", port, tlsPort, search == Search.Text
            ? "$rawmsg contains \",TRAFFIC,deny,\"" : "field($rawmsg, 44, 4) == \"TRAFFIC\" and field($rawmsg, 44, 31) == \"deny\"");
        List<string> arguments = ["-n", "-f", conf, "-i", PathOf($"{port}.pid")];
        if (Environment.GetEnvironmentVariable("RSYSLOG_MODULES") is { } modules) arguments.AddRange(["-M", modules]);
        return await ListeningAsync(new Rival("rsyslog", search, StartRival(program, arguments), port, tlsPort, PathOf($"{port}.out")));
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
            ["-F", "-f", conf, "-R", PathOf($"{port}.persist"), "-p", PathOf($"{port}.pid"), "-c", PathOf($"{port}.ctl"), "--no-caps"];
        if (Environment.GetEnvironmentVariable("SYSLOG_NG_MODULES") is { } modules) arguments.Add($"--module-path={modules}");
        return await ListeningAsync(new Rival("syslog-ng", search, StartRival(program, arguments), port, tlsPort, PathOf($"{port}.out")));
    }

    /// <param name="rules">The section with rules; none takes the shipped ones.</param>
    /// <param name="window">In which a verdict is the same one; after it the switch is told again.</param>
    public async Task<MeasuredDaemon> StartDaemonAsync(TimedSwitch device, string rules = "", int capacity = 1500, string window = "1m")
    {
        var daemon = LaunchDaemon(device, rules, capacity, out _, window: window);
        await daemon.UntilListeningAsync();
        await daemon.UntilSwitchReadAsync();
        return daemon;
    }

    public MeasuredDaemon LaunchDaemon(TimedSwitch device, string rules, int capacity, out long startedAt, string notify = "", string window = "1m")
    {
        var (port, tlsPort) = (_port++, _port++);
        var (configuration, control) = (PathOf($"{port}.yaml"), PathOf($"{port}.s"));
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
            flows: {capacity: {{capacity}}, duplicate_window: {{window}}}
            {{rules}}
            """);
        // As packaging/assist.service sets it.
        Dictionary<string, string> environment = new() { ["DOTNET_EnableDiagnostics"] = "0" };
        if (notify.Length > 0) environment["NOTIFY_SOCKET"] = notify;
        startedAt = System.Diagnostics.Stopwatch.GetTimestamp();
        return new MeasuredDaemon(Child.Start(Program, ["--config", configuration, "run"], Log, environment), control, port, tlsPort);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task<T> ListeningAsync<T>(T receiver)
        where T : Receiver
    {
        await receiver.UntilListeningAsync();
        return receiver;
    }

    private Child StartRival(string program, List<string> arguments) =>
        Child.Start(program, arguments, Log, Environment.GetEnvironmentVariable("RIVAL_LIBRARIES") is { Length: > 0 } libraries
            ? new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = libraries } : null);

    private static string? Find(string variable, string program)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named) return named;
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return path.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private string Fill(string conf, int port, int tlsPort, string denied)
    {
        var text = File.ReadAllText(Path.Combine(Rivals, conf))
            .Replace("@DIR@", _directory).Replace("@OUT@", PathOf($"{port}.out")).Replace("@DENIED@", denied).Replace("@CERT@", PathOf("server.crt")).Replace("@KEY@", PathOf("server.key"))
            .Replace("@PORT@", port.ToString(CultureInfo.InvariantCulture)).Replace("@TLSPORT@", tlsPort.ToString(CultureInfo.InvariantCulture))
            .Replace("@DRIVER@", Environment.GetEnvironmentVariable("RSYSLOG_DRIVER") ?? "gtls");
        File.WriteAllText(PathOf($"{port}-{conf}"), text);
        return PathOf($"{port}-{conf}");
    }
}
