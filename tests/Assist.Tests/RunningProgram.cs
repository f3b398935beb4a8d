using System.Diagnostics;
using Assist.Commands;
using Assist.Configuration;

namespace Assist.Tests;

/// <summary>What a program that has ended said.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>One of our programs as a user starts it.</summary>
internal static class RunningProgram
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private static readonly string? s_published = Environment.GetEnvironmentVariable("ASSIST") is { Length: > 0 } file
        ? Path.GetFullPath(file) : null;

    /// <summary>The executable built with the tests, whose libraries are files of their own.</summary>
    public static string BuiltAssist { get; } = Path.Combine(AppContext.BaseDirectory, "assist");

    /// <summary>The executable that is tested: the published one that ASSIST names, or the one built with the
    /// tests.</summary>
    public static string Assist { get; } = s_published ?? BuiltAssist;

    /// <summary>Puts a copy of it, as <c>assist</c>, into a folder, with what it needs beside it.</summary>
    public static void CopyAssistTo(string directory)
    {
        string[] files = s_published is null ? Directory.GetFiles(AppContext.BaseDirectory) : [s_published];
        Directory.CreateDirectory(directory);
        foreach (var file in files) File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
    }

    /// <param name="program">Name of the executable: assist or assist-eos.</param>
    public static Process Start(string program, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(
            program == "assist" ? Assist : Path.Combine(AppContext.BaseDirectory, program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Gives it the input and waits for its end.</summary>
    public static async Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, string input = "")
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(deadline.Token);
        return new ProgramResult(process.ExitCode, await output, await error);
    }
}
