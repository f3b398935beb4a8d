using System.CommandLine;
using Assist.Import;

namespace Assist.Commands;

/// <summary>`assist import`: a config.py of the original becomes our YAML.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("CONFIG.PY")
        {
            Description = "The original's config.py; a config_common.py beside it is read too",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Writes the YAML to this new file instead of standard output",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Overwrites the file of --output" };
        var command = new Command(
            "import", "Converts a config.py of the original DirectFlow Assist to YAML; the decisions stay the same")
        {
            file, output, force,
        };
        command.SetAction(
            parsed => Import(parsed.GetValue(file)!, parsed.GetValue(output), parsed.GetValue(force)));
        return command;
    }

    private static int Import(string file, string? output, bool mayOverwrite)
    {
        // It may be the configuration in use.
        if (output is not null && !mayOverwrite && Path.Exists(output))
            throw new CommandException($"{output} exists; add --force to overwrite it", ExitCode.Failed);
        var result = Importer.Import(file);
        if (result.Yaml is not { } yaml) throw new CommandException($"{result.Error}", ExitCode.Usage);
        if (output is null)
        {
            Console.Write(yaml);
            return ExitCode.Ok;
        }
        try
        {
            using var stream = new FileStream(
                output, mayOverwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(stream);
            writer.Write(yaml);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                File.Exists(output)
                    ? $"{output} is there already and may be in use; name another file, or remove that one"
                    : $"{output}: {IoFault.Text(e)}", ExitCode.Failed);
        }
        // Its notes stand in the file.
        var notes = result.Notes.Count == 0 ? "" : $"; read the {result.Notes.Count} notes at its head";
        Console.Error.WriteLine($"written to {output}{notes}; check it with `assist --config {output} check`");
        return ExitCode.Ok;
    }
}
