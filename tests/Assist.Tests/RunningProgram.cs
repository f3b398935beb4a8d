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

    /// <param name="program">Name of the assembly, such as assist-eos.</param>
    public static Process Start(string program, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments])
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
