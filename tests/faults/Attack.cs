using System.Globalization;
using System.Net;
using Assist.Tests.Processes;

namespace Assist.Faults;

/// <summary>A scan by one source and a flood of distinct sources, against the limits and rules as shipped, while the
/// switch answers badly and the daemon is killed once. Bypassed sessions go on meanwhile, and threats are
/// found.</summary>
internal sealed class Attack(Bench bench, Wiring wiring, TimeProvider time)
{
    // `flows.per_source` as shipped.
    private const int PerSource = 32;

    // `flows.ports_per_pair` as shipped.
    private const int PortsPerPair = 8;
    private const int Bypasses = 100;
    private const int ScannedPorts = 2000;
    private const int ScannedHosts = 100;
    private const int ForgedSources = 2 * (ScannedPorts + ScannedHosts);
    private const int Slices = 24;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_betweenPackets = TimeSpan.FromSeconds(5);

    // Nothing that takes entries away or refuses them: a bypass that is lost must be the attack's doing.
    private static readonly string[] s_faults =
    [
        "answer-delay=1s", "half-answers=0.4", "garbage=0.4", "gateway-errors=0.5", "other-json=0.4", "break-off=0.3",
        "json-omits-waiting", "order-shuffled", "string-results", "request-cost=1s",
    ];

    private static readonly Session[] s_bypassed = [.. Enumerable.Range(1, Bypasses).Select(
        host => new Session(IPAddress.Parse($"10.1.0.{host}"), IPAddress.Parse("203.0.113.20")))];

    private readonly Queue<Message> _logs = new(Logs());
    private int _all;

    /// <summary>What went wrong.</summary>
    public async Task<List<string>> RunAsync()
    {
        await StartAnewAsync();
        var (journal, record) = (Length("journal"), Length("record"));
        var sender = await BypassAsync();
        using var stop = new CancellationTokenSource();
        var going = GoOnAsync(stop.Token);
        _all = _logs.Count;
        await SendAsync(sender, Slices / 2);
        sender.Dispose();
        await bench.KillDaemonAsync();
        bench.StartDaemon();
        await bench.UntilStatusAsync(_ => true, "the daemon answers");
        using var second = new Sender();
        await second.ConnectAsync(bench.Port);
        await SendAsync(second, Slices / 4);
        foreach (var threat in (string[])["10.9.9.9", "10.8.8.8"])
            await second.SendAsync(Of(LogLine.Threat(threat, "203.0.113.22", 443)), byUdp: true);
        await SendAsync(second, Slices / 4);
        await bench.OrderAsync("faults");
        var seconds = await UntilThreatsDroppedAsync();
        var status = await bench.UntilStatusAsync(status =>
            status.Received + status.KernelDrops == second.Sent && status.SumOfOutcomes == status.Received,
            $"{second.Sent} received, and as many outcomes");
        await stop.CancelAsync();
        await going;
        return await JudgeAsync(status, journal, record, seconds);
    }

    /// <summary>A switch with static and foreign flows only, and a daemon with the limits as shipped.</summary>
    private async Task StartAnewAsync()
    {
        await bench.KillDaemonAsync();
        await bench.OrderAsync("down");
        await bench.OrderAsync("reload");
        await bench.OrderAsync("up");
        bench.Configure(wiring, isAsShipped: true);
        bench.StartDaemon();
        await bench.UntilStatusAsync(status => status.IsReachable, "the daemon has read the switch");
    }

    private async Task<Sender> BypassAsync()
    {
        var sender = new Sender();
        await sender.ConnectAsync(bench.Port);
        foreach (var session in s_bypassed)
            await sender.SendAsync(
                Of(LogLine.Allow($"{session.Source}", $"{session.Destination}", Session.DestinationPort)),
                byUdp: false);
        await bench.UntilStatusAsync(status => status.Flows("programmed") == Bypasses, "the sessions are bypassed");
        return sender;
    }

    // Packets of every bypassed session: what moves none gives way to a denial.
    private async Task GoOnAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(s_betweenPackets, time);
        do
        {
            foreach (var session in s_bypassed)
                await bench.OrderAsync($"packet tcp {wiring.A} {session.Source} {Session.SourcePort} "
                    + $"{session.Destination} {Session.DestinationPort}");
        }
        while (await IsDueAsync(timer, stop));
    }

    private static async Task<bool> IsDueAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SendAsync(Sender sender, int slices)
    {
        for (var slice = 0; slice < slices; slice++)
        {
            await bench.OrderAsync($"faults {s_faults[(_logs.Count + slice) % s_faults.Length]}");
            for (var i = 0; i < _all / Slices && _logs.TryDequeue(out var log); i++)
                await sender.SendAsync(log, byUdp: false);
            await Task.Delay(s_slice, time);
        }
    }

    /// <summary>Seconds from the last fault.</summary>
    private async Task<double> UntilThreatsDroppedAsync()
    {
        var start = time.GetTimestamp();
        string[] sources = ["10-9-9-9", "10-8-8-8"];
        await bench.UntilAsync(async () =>
        {
            var flows = await bench.SwitchFlowsAsync();
            return Array.TrueForAll(sources, source => flows.Any(flow =>
                flow.IsProgrammed && flow.Name.StartsWith("DROP_", StringComparison.Ordinal)
                && flow.Name.Contains($"{source}:51000_203-0-113-22:443", StringComparison.Ordinal)));
        }, () => "the threats are dropped during the attack", 60);
        return time.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<List<string>> JudgeAsync(Status status, long journal, long record, double seconds)
    {
        var held = (await bench.SwitchFlowsAsync()).Where(flow => flow.IsProgrammed)
            .Select(flow => flow.Name).ToHashSet();
        var kept = s_bypassed.Count(session => session.Names(isDrop: false).All(held.Contains));
        var most = MostAtOnce(bench.Lines("journal", journal).Select(JournalLine.Read), "10-9-9-9");
        var shares = status.Json.GetProperty("table").GetProperty("shares");
        var (denials, limit) =
            (shares.GetProperty("denials").GetInt32(), shares.GetProperty("denial_limit").GetInt32());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"attack: the scanner held at most {most} entries, {kept} of {Bypasses} bypasses are there, denials hold "
                + $"{denials} of {limit} entries, the threats were dropped {seconds:0.0} s after the last fault"));
        List<string> findings = [.. RecordJudge.Judge(bench.Lines("record", record))];
        // One for a whole pair is written before those of its single ports go.
        if (most is 0 or > PerSource + (PerSource / PortsPerPair))
            findings.Add($"the scanner held {most} entries at once");
        if (kept < Bypasses * 9 / 10) findings.Add($"of {Bypasses} bypassed sessions that go on, {kept} are left");
        if (denials == 0 || denials > limit) findings.Add($"denials hold {denials} entries of {limit}");
        return findings;
    }

    private static int MostAtOnce(IEnumerable<JournalLine> journal, string source)
    {
        var (held, most) = (new HashSet<string>(), 0);
        foreach (var line in journal)
        {
            if (line.Name.Length == 0) held.Clear();
            if (!line.Name.Contains(source, StringComparison.Ordinal)) continue;
            if (line.What == "programmed") held.Add(line.Name);
            else held.Remove(line.Name);
            most = Math.Max(most, held.Count);
        }
        return most;
    }

    private long Length(string file) => new FileInfo(bench.File(file)).Length;

    // Scan and flood in turns, each spread over the whole time.
    private static IEnumerable<Message> Logs()
    {
        var ports = Enumerable.Range(1, ScannedPorts).Select(port => LogLine.Deny("10.9.9.9", "203.0.113.21", port));
        var hosts = Enumerable.Range(1, ScannedHosts)
            .Select(host => LogLine.Deny("10.9.9.9", $"198.51.100.{host}", 22));
        // The hosts before the flood has taken the denials' share, the ports of one host before and after them.
        var scan = ports.Take(20).Concat(hosts).Concat(ports.Skip(20));
        var flood = Enumerable.Range(0, ForgedSources)
            .Select(source => LogLine.Deny($"172.16.{source / 250}.{source % 250 + 1}", "203.0.113.24", 80));
        return scan.Zip(flood.Chunk(2)).SelectMany(pair => (LogLine[])[pair.First, .. pair.Second]).Select(Of);
    }

    private static Message Of(LogLine log) => new($"{log}", null);
}
