namespace Assist.Tests.Processes;

/// <summary>The short form of the fault run, with the program that is built with the tests; docs/reliability.md has the
/// long one, which takes the published program.</summary>
[Collection(WaitingCollection.Name)]
public sealed class FaultRunTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task The_table_tells_the_truth_after_faults_and_kills()
    {
        // As these tests were built: bin/CONFIGURATION/FRAMEWORK.
        var built = Path.GetRelativePath(
            Path.Combine(RepositoryRoot.Directory, "tests", "Assist.Tests"), AppContext.BaseDirectory);
        var program = Path.Combine(RepositoryRoot.Directory, "tests", "faults", built, "Assist.Faults");
        using var run = Spawned.Start(program, ["--verdicts", "1500", "--kills", "3", "--seed", "3"]);

        var finished = await run.EndAsync(s_limit);

        Assert.True(finished.Code == 0, finished.Output + finished.Errors);
    }
}
