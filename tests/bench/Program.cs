using System.Diagnostics;
using Assist.Bench;
using Assist.Bench.Machine;
using Assist.Bench.Measurements;
using Assist.Bench.Micro;
using Assist.Configuration;

// Started by tests/bench/run, which builds what is measured:
//   PROGRAM TOOLS REPOSITORY [--quick | --try] [--write] [--nice N] [NAME]... | micro [ARGUMENTS OF BENCHMARKDOTNET]
if (args is ["micro", ..]) return MicroRun.Run(args[1..]);

Dictionary<string, Func<Bed, Scale, Figures, Task>> all = new(StringComparer.Ordinal)
{
    ["ceilings"] = Ceilings.MeasureAsync,
    ["steady"] = Steady.MeasureAsync,
    ["rivals"] = Rivals.MeasureAsync,
    ["allocations"] = Allocations.MeasureAsync,
    ["growth"] = Growth.MeasureAsync,
    ["overload"] = Overload.MeasureAsync,
    ["reaction"] = Reaction.MeasureAsync,
    ["footprint"] = Footprint.MeasureAsync,
};
var (program, tools, repository) = (args[0], args[1], args[2]);
var only = args.Where(all.ContainsKey).ToList();
var scale = args.Contains("--try") ? Scale.Try : args.Contains("--quick") ? Scale.Quick : Scale.Full;
if (Array.IndexOf(args, "--nice") is >= 0 and var nice) Child.Nice = int.Parse(args[nice + 1]);
var figures = new Figures();
using var bed = new Bed(program, tools, repository);
foreach (var (name, measure) in all)
{
    if (only.Count > 0 && !only.Contains(name)) continue;
    var began = Stopwatch.GetTimestamp();
    await Console.Error.WriteAsync($"{name} ... ");
    await measure(bed, scale, figures);
    await Console.Error.WriteLineAsync($"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
}
var report = new Report(figures, scale);
Console.Write(report.Text());
if (args.Contains("--write")) report.Write(repository);
return report.AllMet ? 0 : 1;
