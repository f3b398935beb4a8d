using System.Text.Json.Nodes;
using Assist.Commands;

namespace Assist.Tests.Conformance;

/// <summary>The move from the original as an operator makes it: import, check, explain.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("assist-import-").FullName;

    private string Python => Path.Combine(_directory, "config.py");
    private string Yaml => Path.Combine(_directory, "assist.yaml");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [SharedTheory(SharedData.Decisions)]
    [InlineData("pan")]
    [InlineData("fnet")]
    [InlineData("chkp")]
    [InlineData("varmour")]
    [InlineData("cyphort")]
    public async Task Explain_shows_the_flows_of_the_original(string vendor)
    {
        var site = Vector.BySite(vendor).MaxBy(vectors => vectors.Count(vector => vector.Flows.Count > 0))!.ToList();
        await File.WriteAllTextAsync(Python, OriginalConfig.Python(vendor, site[0].Settings));
        var now = TimeProvider.System.GetLocalNow();

        var imported = await AssistAsync(["import", Python, "-o", Yaml]);
        var check = await AssistAsync(["--config", Yaml, "check"]);
        var explained = await AssistAsync(["--config", Yaml, "explain", "--json"],
            string.Concat(site.Select(vector => vector.At(now) + "\n")));

        Assert.Equal((0, 0, 0), (imported.ExitCode, check.ExitCode, explained.ExitCode));
        Assert.Contains("widen: true", await File.ReadAllTextAsync(Yaml), StringComparison.Ordinal);
        Assert.Equal(site.Select(Told), explained.Output.TrimEnd().Split('\n').Select(Told));
    }

    [SharedFact(SharedData.Settings)]
    public async Task A_file_that_cannot_be_read_ends_with_2_and_its_place()
    {
        await File.WriteAllTextAsync(Python, OriginalConfig.Python("pan", []) + "\nSYSLOG_PORT = port()\n");

        var imported = await AssistAsync(["import", Python, "-o", Yaml]);
        var explained = await AssistAsync(["--config", Yaml, "explain"]);

        Assert.Equal((2, 2), (imported.ExitCode, explained.ExitCode));
        Assert.Contains($"{Python}:", imported.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Yaml));
    }

    private static Task<ProgramResult> AssistAsync(string[] arguments, string input = "") =>
        RunningProgram.RunAsync("assist", arguments, input);

    private static string Told(Vector vector, int index) => $"{index + 1}: {string.Join("; ", vector.Flows)}";

    private static string Told(string line)
    {
        var explanation = JsonNode.Parse(line)!;
        return $"{explanation["line"]}: {string.Join("; ", Flow.All(explanation["flows"]!))}";
    }
}
