using System.Diagnostics;
using System.Text;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Tests.Processes;

/// <summary>Tests that start processes, one after the other: many at once would only slow each other down.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessCollection
{
    public const string Name = "processes";
}

/// <summary>Tests that start processes and mostly wait for them, one after the other, beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class WaitingCollection
{
    public const string Name = "processes that wait";
}

/// <summary>What a process that has ended leaves behind.</summary>
internal sealed record Finished(int Code, string Output, string Errors)
{
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A process of ours with its output; ended with the test, whatever becomes of it.</summary>
internal sealed class Spawned : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();
    private readonly Task _reading;

    private Spawned(ProcessStartInfo start, bool readsErrors)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(
            _process.StandardOutput.BaseStream.CopyToAsync(_output),
            readsErrors ? _process.StandardError.BaseStream.CopyToAsync(_errors) : Task.CompletedTask);
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <param name="readsErrors">False leaves standard error a pipe that nobody reads.</param>
    public static Spawned Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        bool readsErrors = true)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new Spawned(start, readsErrors);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Finished> RunAsync(
        string program, IEnumerable<string> arguments, string input = "",
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using var spawned = Start(program, arguments, environment);
        await spawned._process.StandardInput.WriteAsync(input);
        spawned._process.StandardInput.Close();
        return await spawned.EndAsync(s_deadline);
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end; a test fails that has to wait longer.</summary>
    public async Task<Finished> EndAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} "
                + $"has not ended after {limit.TotalSeconds} s");
        }
        await _reading.WaitAsync(s_deadline);
        return new Finished(
            _process.ExitCode, Encoding.UTF8.GetString(_output.ToArray()), Encoding.UTF8.GetString(_errors.ToArray()));
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
        _process.Dispose();
    }
}
