using System.CommandLine;

namespace Assist.Faults;

/// <summary>assist-faults: the fault run, and the measurements of docs/reliability.md.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var verdicts = new Option<int>("--verdicts") { Description = "Verdicts to send", DefaultValueFactory = _ => 1500 };
        var kills = new Option<int>("--kills") { Description = "How often the daemon is killed", DefaultValueFactory = _ => 3 };
        var seed = new Option<int>("--seed") { Description = "Seed of logs, faults and kills", DefaultValueFactory = _ => 1 };
        var rate = new Option<double>("--rate") { Description = "Verdicts a second", DefaultValueFactory = _ => 120 };
        var root = new RootCommand("Verdicts while the switch misbehaves and the daemon is killed, and a judgement at the end.") { verdicts, kills, seed, rate };
        root.SetAction((parsed, _) => GuardedAsync(new BenchOptions(), bench => new FaultRun(
            new FaultRunOptions(parsed.GetValue(verdicts), parsed.GetValue(kills), parsed.GetValue(seed), parsed.GetValue(rate)),
            bench, TimeProvider.System).RunAsync()));
        return await root.Parse(arguments).InvokeAsync();
    }

    /// <summary>The files stay where something was found.</summary>
    private static async Task<int> GuardedAsync(BenchOptions options, Func<Bench, Task<int>> run)
    {
        await using var bench = await Bench.StartAsync(options);
        try
        {
            var code = await run(bench);
            if (code == 0) Directory.Delete(bench.Directory, recursive: true);
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
