using System.CommandLine;
using System.Text.Json;
using Assist.Configuration;
using Assist.Control;
using Assist.Logging;
using Assist.Outputs.DirectFlow;

namespace Assist.Commands;

/// <summary>`assist check`: the configuration only, offline.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var json = SharedOptions.Json();
        var command = new Command(
            "check", "Checks the configuration and the certificates, keys and passwords that it names, offline; exit "
                + "0, or 2 with every error at its line and column") { json };
        command.SetAction(parsed =>
        {
            var result = NamedFiles.Judge(
                SharedOptions.Load(parsed), TimeProvider.System.GetUtcNow().UtcDateTime, FileGravity.Doubtful);
            if (parsed.GetValue(json)) Console.WriteLine(JsonOf(result));
            else WriteText(result, SharedOptions.FileOf(parsed));
            return result.Config is null ? ExitCode.Usage : ExitCode.Ok;
        });
        return command;
    }

    private static void WriteText(ConfigurationResult result, string file)
    {
        foreach (var error in result.Errors) Console.Error.WriteLine(Printable.Of(error.ToString()));
        foreach (var warning in result.Warnings) Console.Error.WriteLine(Printable.Of(warning.ToString()));
        if (result.Config is { } config)
            Console.WriteLine($"{file} is good: mode {StatusView.ModeName(config.Topology.Mode)}, "
                + $"{config.Decisions.Rules.Count} rules, {config.Listeners.Count} listeners");
    }

    internal static string JsonOf(ConfigurationResult result)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("good", result.Config is not null);
            json.WriteStartArray("errors");
            foreach (var error in result.Errors)
                WriteFault(json, error.File, error.Line, error.Column, error.Message, error.Nearest);
            json.WriteEndArray();
            json.WriteStartArray("warnings");
            foreach (var warning in result.Warnings)
                WriteFault(json, warning.File, warning.Line, warning.Column, warning.Message);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteFault(
        Utf8JsonWriter json, string file, int line, int column, string message, string? nearest = null)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteNumber("line", line);
        json.WriteNumber("column", column);
        json.WriteString("message", message);
        if (nearest is not null) json.WriteString("nearest", nearest);
        json.WriteEndObject();
    }
}
