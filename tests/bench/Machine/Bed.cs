using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

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

    public async Task<Receiver> StartLimitAsync(Wire wire)
    {
        var port = _port++;
        string[] certificate = wire == Wire.Tls ? [PathOf("server.crt"), PathOf("server.key")] : [];
        var child = Child.Start(Limit, [wire.ToString().ToLowerInvariant(), port.ToString(CultureInfo.InvariantCulture), .. certificate], Log);
        return await ListeningAsync(new Receiver($"C {wire.ToString().ToUpperInvariant()}", child, port, port));
    }

    /// <summary>Null where it is not installed. RSYSLOGD and RSYSLOG_MODULES name one that is unpacked elsewhere.</summary>
    public async Task<Receiver?> StartRsyslogAsync()
    {
        if (Find("RSYSLOGD", "rsyslogd") is not { } program) return null;
        var (port, tlsPort) = (_port++, _port++);
        var conf = Fill("rsyslog.conf", port, tlsPort);
        List<string> arguments = ["-n", "-f", conf, "-i", PathOf("rsyslog.pid")];
        if (Environment.GetEnvironmentVariable("RSYSLOG_MODULES") is { } modules) arguments.AddRange(["-M", modules]);
        return await ListeningAsync(new Receiver("rsyslog", Child.Start(program, arguments, Log), port, tlsPort));
    }

    /// <summary>Null where it is not installed. SYSLOG_NG and SYSLOG_NG_MODULES name one that is unpacked elsewhere.</summary>
    public async Task<Receiver?> StartSyslogNgAsync()
    {
        if (Find("SYSLOG_NG", "syslog-ng") is not { } program) return null;
        var (port, tlsPort) = (_port++, _port++);
        var conf = Fill("syslog-ng.conf", port, tlsPort);
        List<string> arguments =
            ["-F", "-f", conf, "-R", PathOf("ng.persist"), "-p", PathOf("ng.pid"), "-c", PathOf("ng.ctl"), "--no-caps"];
        if (Environment.GetEnvironmentVariable("SYSLOG_NG_MODULES") is { } modules) arguments.Add($"--module-path={modules}");
        return await ListeningAsync(new Receiver("syslog-ng", Child.Start(program, arguments, Log), port, tlsPort));
    }

    /// <param name="rules">The section with rules; none takes the shipped ones.</param>
    public async Task<Daemon> StartDaemonAsync(TimedSwitch device, string rules = "", int capacity = 1500)
    {
        var daemon = LaunchDaemon(device, rules, capacity, out _);
        await daemon.UntilListeningAsync();
        await daemon.UntilSwitchReadAsync();
        return daemon;
    }

    public Daemon LaunchDaemon(TimedSwitch device, string rules, int capacity, out long startedAt, string notify = "")
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
            flows: {capacity: {{capacity}}}
            {{rules}}
            """);
        // As packaging/assist.service sets it.
        Dictionary<string, string> environment = new() { ["DOTNET_EnableDiagnostics"] = "0" };
        if (notify.Length > 0) environment["NOTIFY_SOCKET"] = notify;
        startedAt = System.Diagnostics.Stopwatch.GetTimestamp();
        return new Daemon(Child.Start(Program, ["--config", configuration, "run"], Log, environment), control, port, tlsPort);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task<Receiver> ListeningAsync(Receiver receiver)
    {
        await receiver.UntilListeningAsync();
        return receiver;
    }

    private static string? Find(string variable, string program)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named) return named;
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return path.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private string Fill(string conf, int port, int tlsPort)
    {
        var text = File.ReadAllText(Path.Combine(Rivals, conf))
            .Replace("@DIR@", _directory).Replace("@CERT@", PathOf("server.crt")).Replace("@KEY@", PathOf("server.key"))
            .Replace("@PORT@", port.ToString(CultureInfo.InvariantCulture)).Replace("@TLSPORT@", tlsPort.ToString(CultureInfo.InvariantCulture))
            .Replace("@DRIVER@", Environment.GetEnvironmentVariable("RSYSLOG_DRIVER") ?? "gtls");
        File.WriteAllText(PathOf(conf), text);
        return PathOf(conf);
    }
}
