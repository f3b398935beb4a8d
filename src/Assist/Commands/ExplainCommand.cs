using System.CommandLine;

namespace Assist.Commands;

/// <summary>`assist explain`: for each log line what was read, which rule fired or why none did, and what would be
/// sent.</summary>
internal static class ExplainCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "File of log lines; - or no file reads standard input",
            DefaultValueFactory = _ => StandardInput,
        };
        var anyAge = new Option<bool>("--any-age")
        {
            Description = "Explains old messages as if they had just been written",
        };
        var json = SharedOptions.Json("Prints one JSON object a line");
        var command = new Command(
            "explain", "Shows for each log line the fields read, the rule that fired or why none did, "
                + "and the exact switch commands") { file, anyAge, json };
        command.SetAction((parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            if (parsed.GetValue(anyAge))
                config = config with { Decisions = config.Decisions with { MaxMessageAge = TimeSpan.Zero } };
            var explainer = new Explainer(config, TimeProvider.System);
            return ExplainAsync(explainer, parsed.GetValue(file)!, parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static async Task<int> ExplainAsync(
        Explainer explainer, string file, bool asJson, CancellationToken cancellation)
    {
        await using var input = Open(file);
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        var number = 0;
        await foreach (var line in LogLines.ReadAsync(input, cancellation))
        {
            number++;
            if (line.IsEmpty) continue;
            var explanation = explainer.Explain(number, line);
            if (asJson) await output.WriteLineAsync(ExplanationJson.Of(explanation));
            else ExplanationText.Write(output, explanation);
            // Somebody may be typing the lines.
            await output.FlushAsync(cancellation);
            if (OutputPipe.HasNoReader()) break;
        }
        return ExitCode.Ok;
    }

    internal static Stream Open(string file)
    {
        if (file == StandardInput) return Console.OpenStandardInput();
        if (file.StartsWith('-')) throw new CommandException($"there is no option {file}; see --help", ExitCode.Usage);
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: {IoFault.Text(e)}", ExitCode.Failed);
        }
    }
}

/// <summary>Lines of a log as bytes: what they hold need not be text.</summary>
internal static class LogLines
{
    // A million bytes at a time: to wait for each piece costs more than to read it.
    private const int Chunk = 1 << 20;

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[Chunk];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            // A read of a terminal or a pipe cannot be called off, so the wait for it is.
            var read = await Task.Run(() => input.Read(buffer, filled, buffer.Length - filled), CancellationToken.None)
                .WaitAsync(cancellation);
            var from = filled;
            filled += read;
            var start = 0;
            for (var end = Array.IndexOf(buffer, (byte)'\n', from, filled - from); end >= 0;
                end = Array.IndexOf(buffer, (byte)'\n', start, filled - start))
            {
                yield return WithoutReturn(buffer.AsMemory(start, end - start));
                start = end + 1;
            }
            if (read == 0)
            {
                if (filled > start) yield return WithoutReturn(buffer.AsMemory(start, filled - start));
                yield break;
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }
    }

    private static ReadOnlyMemory<byte> WithoutReturn(ReadOnlyMemory<byte> line) =>
        line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
}
