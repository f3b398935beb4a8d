using System.CommandLine;

namespace Assist.Faults;

/// <summary>assist-faults: the fault run, and the measurements of docs/reliability.md.</summary>
internal static class Program
{
    private static readonly TimeProvider s_time = TimeProvider.System;
    private static readonly Option<bool> s_keep =
        new("--keep") { Description = "Keep the files although nothing was found", Recursive = true };

    private static Task<int> Main(string[] arguments)
    {
        var root = FaultRun();
        root.Add(Restart());
        root.Add(Reload());
        root.Add(Memory());
        return root.Parse(arguments).InvokeAsync();
    }

    private static RootCommand FaultRun()
    {
        var verdicts = Number("--verdicts", "Verdicts to send", 1500);
        var kills = Number("--kills", "How often the daemon is killed", 3);
        var seed = Number("--seed", "Seed of logs, faults and kills", 1);
        var rate = Number("--rate", "Verdicts a second", 120);
        var attack = new Option<bool>("--attack")
        {
            Description = "Ends with a scan and a flood against the limits as shipped",
            DefaultValueFactory = _ => true,
        };
        var root = new RootCommand(
            "Sends verdicts while the switch misbehaves and the daemon is killed, and judges the end.")
        {
            verdicts, kills, seed, rate, attack
        };
        root.Add(s_keep);
        root.SetAction((parsed, _) => GuardedAsync(
            parsed.GetValue(s_keep), new BenchOptions { StepsClock = Bench.CanStepClock }, async bench =>
            {
                using var run = new FaultRun(
                    new FaultRunOptions(
                        parsed.GetValue(verdicts), parsed.GetValue(kills), parsed.GetValue(seed),
                        parsed.GetValue(rate), parsed.GetValue(attack)),
                    bench, s_time);
                return await run.RunAsync();
            }));
        return root;
    }

    private static Command Restart()
    {
        var times = Number("--times", "Restarts", 9);
        var command =
            new Command("restart", $"Measures a restart with {Filled.Entries} entries on the switch.") { times };
        command.SetAction((parsed, _) => GuardedAsync(parsed.GetValue(s_keep), Filled.Options, bench =>
            Measurements.RestartAsync(bench, parsed.GetValue(times), s_time)));
        return command;
    }

    private static Command Reload()
    {
        var away = new Option<double[]>("--away")
        {
            Description = "Seconds without eAPI, one reload each",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [2, 5, 20, 60],
        };
        var command = new Command("reload",
            $"Measures the repair of {Filled.Entries} entries after the switch has reloaded.") { away };
        command.SetAction((parsed, _) => GuardedAsync(parsed.GetValue(s_keep), Filled.Options, bench =>
            Measurements.ReloadAsync(bench, parsed.GetValue(away)!, s_time)));
        return command;
    }

    private static Command Memory()
    {
        var verdicts = Number("--verdicts", "Distinct verdicts", 1_000_000);
        var rate = Number("--rate", "Verdicts a second at most", 8000);
        var capacity = Number("--capacity", "Entries of the table", 1500);
        var command =
            new Command("memory", "Measures the daemon's memory over distinct verdicts.") { verdicts, rate, capacity };
        command.SetAction((parsed, _) => GuardedAsync(
            parsed.GetValue(s_keep), new BenchOptions
            {
                Capacity = parsed.GetValue(capacity),
                Hardware = parsed.GetValue(capacity) + 60,
                LogLevel = "warning",
                Timeout = "30s"
            },
            bench => new MemoryRun(bench, parsed.GetValue(verdicts), parsed.GetValue(rate), s_time).RunAsync()));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>The files stay where something was found.</summary>
    private static async Task<int> GuardedAsync(bool keeps, BenchOptions options, Func<Bench, Task<int>> run)
    {
        await using var bench = await Bench.StartAsync(options);
        try
        {
            var code = await run(bench);
            if (code == 0 && !keeps) Directory.Delete(bench.Directory, recursive: true);
            else Console.WriteLine($"files: {bench.Directory}");
            return code;
        }
        catch (FaultRunException e)
        {
            Console.WriteLine($"FINDING {e.Message}\nfiles: {bench.Directory}");
            return 1;
        }
    }
}
