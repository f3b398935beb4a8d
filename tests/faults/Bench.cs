using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Assist.Commands;
using Assist.Daemon;

namespace Assist.Faults;

/// <summary>What one bench needs to know of the switch and the daemon.</summary>
internal sealed record BenchOptions
{
    /// <summary>The executable that is tested; the one built with this program, or a published one.</summary>
    public string Program { get; init; } = Environment.GetEnvironmentVariable("ASSIST")
        ?? Path.Combine(AppContext.BaseDirectory, "assist");

    /// <summary>Entries the daemon may hold, and entries of the hardware: room for the statics, the foreign ones and
    /// what EOS reserves.</summary>
    public int Capacity { get; init; } = 1500;
    public int Hardware { get; init; } = 1560;

    /// <summary>Longest wait for an answer of the switch.</summary>
    public string Timeout { get; init; } = "2s";
    public string Flows { get; init; } = "drop: {lifetime: 8s, idle: 0}, bypass: {lifetime: 12s, idle: 6s}, "
        + "duplicate_window: 2s, reconcile_interval: 5s";
    public string LogLevel { get; init; } = "info";
    public string[] Switch { get; init; } = [];

    /// <summary>The daemon's wall clock can be stepped: <see cref="Bench.StepClock"/>.</summary>
    public bool StepsClock { get; init; }
}

/// <summary>An emulated switch with static and foreign flows, a daemon, and their files.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public static readonly string[] Foreign = ["MSS_web", "ACME-1", "x_DROP_like"];

    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly BenchOptions _options;
    private readonly Child _switch;
    private readonly TimeProvider _time = TimeProvider.System;

    private Bench(BenchOptions options, string directory)
    {
        (_options, Directory) = (options, directory);
        Port = FreePort();
        Configure(Wiring.First);
        string[] arguments = ["--socket", File("eos"), "--control", File("control"), "--record", File("record"),
            "--journal", File("journal"),
            "--ready-file", File("ready"), "--capacity", Text(options.Hardware), "--programming-delay", "20ms",
            .. options.Switch];
        StepClock(TimeSpan.Zero);
        _switch = new Child(Path.Combine(AppContext.BaseDirectory, "assist-eos"), arguments, File("switch"));
    }

    public string Directory { get; }

    public int Port { get; }

    public Child? Daemon { get; private set; }

    public int Lives { get; private set; }

    private string Configuration => File("assist.yaml");

    public string File(string name) => Path.Combine(Directory, name);

    /// <summary>A switch that has been set up and saved, with flows of others on it.</summary>
    public static async Task<Bench> StartAsync(BenchOptions options)
    {
        var bench = new Bench(options, System.IO.Directory.CreateTempSubdirectory("faults-").FullName);
        await bench.UntilAsync(() => System.IO.File.Exists(bench.File("ready")), "the switch is ready");
        await bench.SetUpAsync();
        foreach (var (name, number) in Foreign.Select((name, number) => (name, number)))
            await bench.OrderAsync($"add {name} priority 60;match vlan {number + 7};action drop");
        await bench.OrderAsync("save");
        return bench;
    }

    /// <summary>Writes the configuration that the next process reads.</summary>
    public void Configure(Wiring wiring, bool isAsShipped = false) => System.IO.File.WriteAllText(
        Configuration, ConfigurationText.Of(_options, wiring, isAsShipped, Port, File("eos")));

    /// <summary>`assist setup`.</summary>
    public async Task SetUpAsync()
    {
        using var setup = new Child(
            _options.Program, ["--config", Configuration, "--set", "switch.timeout=30s", "setup", "--yes"],
            File("setup"));
        await setup.EndAsync(TimeSpan.FromSeconds(60));
        if (setup.ExitCode != 0) throw new FaultRunException($"assist setup: {string.Join(' ', Lines("setup.err"))}");
    }

    public void StartDaemon()
    {
        Daemon?.Dispose();
        Daemon = new Child(_options.Program, ["--config", Configuration, "run"], File($"daemon{++Lives}"), Clock());
    }

    /// <summary>Whether this machine has what it takes to step another process's clock (package faketime).</summary>
    public static bool CanStepClock => System.IO.File.Exists(FakeTime);

    public bool StepsClock => _options.StepsClock;

    /// <summary>Sets the daemon's wall clock that far from the right time; the monotonic one stays.</summary>
    public void StepClock(TimeSpan from)
    {
        // Another file in its place at once: a reader must not find it empty.
        System.IO.File.WriteAllText(
            File("clock.new"), string.Create(CultureInfo.InvariantCulture, $"{from.TotalSeconds:+0;-0}\n"));
        System.IO.File.Move(File("clock.new"), File("clock"), overwrite: true);
    }

    public async Task KillDaemonAsync()
    {
        Daemon!.Kill();
        await Daemon.EndAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>An order to the switch; see docs/emulator.md.</summary>
    public async Task<string> OrderAsync(string order)
    {
        var answer = await LineSocket.AskAsync(File("control"), order) ?? "error: the switch does not answer";
        return answer.StartsWith("error", StringComparison.Ordinal)
            ? throw new FaultRunException($"{order}: {answer}")
            : answer;
    }

    /// <summary>The switch's own view of its flows.</summary>
    public async Task<IReadOnlyList<SwitchFlow>> SwitchFlowsAsync() =>
        [.. LineSocket.Json(await OrderAsync("flows")).EnumerateArray().Select(SwitchFlow.Read)];

    /// <summary>The daemon's status; null where it does not answer.</summary>
    public async Task<Status?> StatusAsync() =>
        await AskAsync("status") is { } answer && answer.TryGetProperty("status", out var status)
            ? new Status(status)
            : null;

    /// <summary>Names of the daemon's flows, by state, without the mark of a half.</summary>
    public async Task<ILookup<string, string>?> DaemonFlowsAsync() =>
        await AskAsync("flows") is { } answer && answer.TryGetProperty("flows", out var flows)
            ? flows.EnumerateArray()
            .ToLookup(flow => flow.GetProperty("state").GetString()!, flow => flow.GetProperty("name").GetString()!)
            : null;

    public async Task<Status> UntilStatusAsync(Func<Status, bool> condition, string what, double seconds = 60)
    {
        Status? last = null;
        await UntilAsync(async () => (last = await StatusAsync()) is { } status && condition(status),
            () => $"{what}; last: {last?.Json}; the daemon has ended: {Daemon?.HasEnded}", seconds);
        return last!;
    }

    public Task UntilAsync(Func<bool> condition, string what) =>
        UntilAsync(() => Task.FromResult(condition()), () => what, 60);

    public async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, double seconds)
    {
        var start = _time.GetTimestamp();
        while (!await condition())
        {
            if (_time.GetElapsedTime(start).TotalSeconds > seconds)
                throw new FaultRunException($"still not so after {seconds} s: {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time);
        }
    }

    /// <summary>Lines of a file that somebody still writes.</summary>
    /// <param name="from">Where to begin, in bytes.</param>
    public string[] Lines(string name, long from = 0)
    {
        using var file = new FileStream(File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public ValueTask DisposeAsync()
    {
        Daemon?.Dispose();
        _switch.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement?> AskAsync(string command) =>
        await LineSocket.AskAsync(File("c/s"), $$"""{"command":"{{command}}"}""") is { } line
            ? LineSocket.Json(line)
            : null;

    private Dictionary<string, string> Clock() => !_options.StepsClock ? [] : new()
    {
        ["LD_PRELOAD"] = FakeTime,
        ["FAKETIME_TIMESTAMP_FILE"] = File("clock"),
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)tcp.LocalEndPoint!).Port;
    }
}

/// <summary>The run cannot go on, or found something; one line says what.</summary>
internal sealed class FaultRunException(string message) : Exception(message);
