using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Assist.Bench.Micro;

/// <summary>BenchmarkDotNet, short and quiet: one table for each class, everything else in a log beside the program.
/// Runs in this process, since a project made for each job would not build under the rules of this
/// repository.</summary>
internal static class MicroRun
{
    public static int Run(string[] args)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "micro");
        Directory.CreateDirectory(folder);
        using var log = new StreamWriter(Path.Combine(folder, "log.txt"));
        var logger = new StreamLogger(log);
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun
                .WithToolchain(InProcessEmitToolchain.Instance)
                .WithRuntime(CoreRuntime.CreateForNewVersion("net10.0", ".NET 10.0")))
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Descriptor)
            .AddColumnProvider(DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(logger)
            .WithArtifactsPath(folder)
            .WithOptions(ConfigOptions.DisableLogFile);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroRun).Assembly).Run(args, config).ToList();
        foreach (var summary in summaries)
        {
            Console.WriteLine(summary.BenchmarksCases.FirstOrDefault()?.Descriptor.Type.Name);
            MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default);
        }
        var failed = summaries.Count == 0 || summaries.Any(summary =>
            summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
        if (failed) Console.WriteLine($"not everything was measured: {folder}/log.txt");
        return failed ? 1 : 0;
    }
}
