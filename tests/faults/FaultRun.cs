using System.Globalization;
using Assist.Commands;
using Assist.Daemon;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Faults;

/// <param name="HasAttack">After the faults comes an <see cref="Attack"/>.</param>
internal sealed record FaultRunOptions(int Verdicts, int Kills, int Seed, double Rate, bool HasAttack);

/// <summary>Verdicts, faults and kills, then a judgement. Reported on standard output; what is found is an exception or
/// a finding of the <see cref="Audit"/>.</summary>
internal sealed class FaultRun(FaultRunOptions options, Bench bench, TimeProvider time) : IDisposable
{
    private const int MostFindings = 20;
    private const int LastDrops = 30;
    private const int LastBypasses = 20;
    private const int LastRetracted = 10;
    private const int LastEnded = 10;

    // Seconds. After a refusal for lack of room the limit grows by 4, 8, 16 ... entries a minute; what the switch said
    // of its size during a fault is believed for 10 minutes.
    private const double MostProbing = 720;
    private const double LongestStart = 120; // seconds, on a machine that does much else

    // Flows that must live to the end: about half the table, however many verdicts there are.
    private readonly Traffic _traffic = new(new Random(options.Seed), Math.Min(0.6, 500.0 / options.Verdicts));
    private readonly Random _random = new(options.Seed + 1);
    private readonly FaultInjector _faults = new(bench, new Random(options.Seed + 2), time);
    private readonly Audit _audit = new(bench);
    private int _verdicts;
    private int _killedBlind;

    public async Task<int> RunAsync()
    {
        var start = time.GetTimestamp();
        await _audit.RememberOthersAsync([]);
        using var stop = new CancellationTokenSource();
        var injecting = _faults.RunAsync(stop.Token);
        bench.StartDaemon();
        while (_audit.Kills < options.Kills)
        {
            // One in six is killed while it starts.
            var isEarly = _audit.Kills > 0 && _random.Next(6) == 0;
            if (!isEarly) await LiveAsync(options.Verdicts * (_audit.Kills + 1) / (options.Kills + 1), injecting);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(isEarly ? 900 : 150)), time);
            await bench.KillDaemonAsync();
            _audit.Killed(time.GetUtcNow());
            if (_audit.Kills == (options.Kills + 1) / 2) await _faults.WithoutFaultsAsync(RewireAsync);
            bench.StartDaemon();
        }
        var last = await LiveAsync(options.Verdicts, injecting, isLast: true);
        await stop.CancelAsync();
        await injecting;
        await _faults.HealAsync();
        var healed = time.GetTimestamp();
        await EndAsync(last);
        last.Dispose();
        Console.WriteLine($"settled {time.GetElapsedTime(healed).TotalSeconds:0.0} s after the last fault");
        var findings = _audit.Judge(_traffic.All, _faults);
        if (options.HasAttack) findings.AddRange(await new Attack(bench, _audit.Wirings.Last, time).RunAsync());
        return Report(findings, time.GetElapsedTime(start));
    }

    public void Dispose() => _faults.Dispose();

    /// <summary>Zone b is plugged into other ports and set up again, while no daemon runs.</summary>
    private async Task RewireAsync()
    {
        bench.Configure(Wiring.Second);
        await bench.SetUpAsync();
        await bench.OrderAsync("save");
        _audit.Wirings.Rewired(time.GetUtcNow());
        await _audit.RememberOthersAsync(_faults.Foreign);
    }

    /// <summary>One life of the daemon, up to so many verdicts in all.</summary>
    private async Task<Sender> LiveAsync(int until, Task injecting, bool isLast = false)
    {
        await bench.UntilStatusAsync(_ => true, "the daemon answers", LongestStart);
        var sender = new Sender();
        await sender.ConnectAsync(bench.Port);
        while (_verdicts < until)
        {
            // A finding of the injector, such as a switch that died, ends the run.
            if (injecting.IsCompleted) await injecting;
            if (bench.Daemon!.HasEnded)
                throw new FaultRunException($"the daemon ended with {bench.Daemon.ExitCode}: {LastWords()}");
            await SendAsync(sender, Math.Min(_random.Next(1, 40), until - _verdicts));
        }
        await CheckSumAsync(sender);
        await _audit.AcknowledgeAsync(time.GetUtcNow());
        if (isLast) return sender;
        // Then some that the kill may swallow.
        var blind = _random.Next(60);
        for (var i = 0; i < blind; i++)
            foreach (var message in _traffic.Next()) await sender.SendAsync(message, byUdp: false);
        _killedBlind += blind;
        _verdicts += blind;
        sender.Dispose();
        return sender;
    }

    private async Task SendAsync(Sender sender, int count)
    {
        for (var i = 0; i < count; i++)
            foreach (var message in _traffic.Next()) await sender.SendAsync(message, byUdp: _random.Next(4) == 0);
        _verdicts += count;
        await Task.Delay(TimeSpan.FromSeconds(count / options.Rate), time);
    }

    private async Task CheckSumAsync(Sender sender)
    {
        var status = await bench.UntilStatusAsync(
            status => status.Received + status.KernelDrops == sender.Sent && status.SumOfOutcomes == status.Received,
            $"{sender.Sent} received, and as many outcomes");
        // A log of a session's end that finds no bypass is one of no rule, too; a bypass whose datagram was overtaken
        // by the drop of its session is protected.
        foreach (var (outcome, count) in sender.Exact)
            if (status.KernelDrops == 0 && status.Outcome(outcome) != count
                && !(outcome is "no_rule" or "protected" && status.Outcome(outcome) > count))
                throw new FaultRunException($"{count} logs must be {outcome}, not {status.Outcome(outcome)}");
        _audit.Counted(status);
    }

    /// <summary>A switch that behaves, a batch that must be there as a whole, and both sides the same.</summary>
    private async Task EndAsync(Sender sender)
    {
        await bench.UntilStatusAsync(status => status.IsReachable && status.QueueLength == 0, "nothing waits");
        await _audit.UntilTrueAsync();
        const int Needed = LastDrops + LastBypasses + LastRetracted + LastEnded;
        await bench.UntilStatusAsync(status => status.BypassesLeft > Needed, "room in the table", MostProbing);
        var before = _traffic.All.Count;
        for (var i = 0; i < Needed; i++)
            await sender.SendAsync(_traffic.Ask(i < LastDrops, isLong: true), byUdp: false);
        await _audit.UntilPresentAsync([.. _traffic.All.Skip(before)], []);
        foreach (var bypass in _traffic.All.Skip(before + LastDrops).Take(LastRetracted).ToList())
            await sender.SendAsync(_traffic.Retract(bypass), byUdp: false);
        foreach (var bypass in _traffic.All.Skip(before + LastDrops + LastRetracted).Take(LastEnded).ToList())
            await sender.SendAsync(Traffic.End(bypass), byUdp: false);
        await CheckSumAsync(sender);
        var batch = _traffic.All.Skip(before).ToList();
        await _audit.UntilPresentAsync(
            [.. batch.Where(asked => !asked.IsRetracted)], [.. batch.Where(asked => asked.IsRetracted)]);
        await _audit.UntilSettledAsync(_traffic.All);
    }

    private int Report(List<string> findings, TimeSpan took)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {options.Seed}: {_verdicts} verdicts ({_killedBlind} of them right before a kill), {_audit.Kills} "
                + $"kills, {_faults.Done.Count} "
                + $"faults{(bench.StepsClock ? "" : ", no faketime: the clock was not stepped")}, "
                + $"{took.TotalSeconds:0} s"));
        Console.WriteLine(_audit.Figures());
        foreach (var finding in findings.Take(MostFindings)) Console.WriteLine($"FINDING {finding}");
        if (findings.Count > MostFindings) Console.WriteLine($"FINDING and {findings.Count - MostFindings} more");
        if (findings.Count > 0)
            foreach (var fault in _faults.Done)
                Console.WriteLine($"  {fault.From:HH:mm:ss.fff} to {fault.To:HH:mm:ss.fff} {fault.What}");
        return findings.Count == 0 ? 0 : 1;
    }

    private string LastWords() => string.Join(" | ", bench.Lines($"daemon{bench.Lives}.err").TakeLast(3));
}
