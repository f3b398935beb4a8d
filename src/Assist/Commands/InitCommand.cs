using System.CommandLine;
using Assist.Configuration;
using Assist.Logging;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>`assist init`: asks the switch, and writes a first configuration with what it has told.</summary>
internal static class InitCommand
{
    private static readonly Option<string?> s_eapi = new("--eapi")
    {
        Description = $"How the switch is reached: unix:PATH or https://HOST; default unix:{EapiOptions.DefaultSocket}",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string?> s_user = new("--user")
    {
        Description = "The user, with https",
        HelpName = "NAME",
    };

    private static readonly Option<string?> s_passwordFile = new("--password-file")
    {
        Description = "File whose first line is the user's password, with https",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_ca = new("--ca")
    {
        Description = "PEM file of the authority that signed the switch's certificate",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_force = new("--force") { Description = "Overwrites the file" };

    public static Command Create()
    {
        var command = new Command(
            "init", "Asks the switch for its ports, neighbours and versions, and writes a first configuration to the "
                + "file of --config")
        {
            s_eapi, s_user, s_passwordFile, s_ca, s_force,
        };
        command.SetAction(InitAsync);
        return command;
    }

    private static async Task<int> InitAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (file, force) = (SharedOptions.FileOf(parsed), parsed.GetValue(s_force));
        RefuseToOverwrite(file, force);
        var section = Section(parsed);
        using var eapi = new EapiClient(OptionsOf(section));
        var eos = await EosFacts.ReadAsync(eapi, cancellation);
        var facts = await DirectFlowFacts.ReadAsync(eapi, cancellation);
        var ports = await SwitchPort.ReadAsync(eapi, cancellation);
        var text = FirstConfiguration.Of(eos, facts, ports, section, TimeProvider.System.GetUtcNow());
        Write(file, force, text);
        Console.WriteLine($"{file} is written, with the {ports.Count} ports of {Printable.Of(eos.Hostname)}; set the "
            + "senders and the ports in it, then run `assist check` and `assist setup --plan`");
        return ExitCode.Ok;
    }

    private static void RefuseToOverwrite(string file, bool force)
    {
        if (!force && File.Exists(file))
            throw new CommandException($"{file} exists; add --force to overwrite it", ExitCode.Failed);
    }

    // The configuration's own keys and values, so that one set of checks serves both.
    private static List<(string Key, string Value)> Section(ParseResult parsed)
    {
        var section = new List<(string Key, string Value)>
        {
            ("eapi", parsed.GetValue(s_eapi) ?? $"unix:{EapiOptions.DefaultSocket}"),
        };
        Add("user", parsed.GetValue(s_user));
        Add("password_file", parsed.GetValue(s_passwordFile) is { } password ? Path.GetFullPath(password) : null);
        Add("ca", parsed.GetValue(s_ca) is { } ca ? Path.GetFullPath(ca) : null);
        return section;

        void Add(string key, string? value)
        {
            if (value is not null) section.Add((key, value));
        }
    }

    private static EapiOptions OptionsOf(IReadOnlyList<(string Key, string Value)> section)
    {
        var read = ConfigurationLoader.Parse(
            "", "init", [.. section.Select(each => $"switch.{each.Key}={each.Value}")], Formats.Find);
        var faults = read.Errors.Where(error => error.Message.Contains("switch.", StringComparison.Ordinal)).ToList();
        if (faults is [var fault, ..])
            throw new CommandException($"{fault.Message}; --help lists the options", ExitCode.Usage);
        var missing = section.FirstOrDefault(each => each.Key is "password_file" or "ca" && !File.Exists(each.Value));
        if (missing.Key is not null)
            throw new CommandException($"{Printable.Of(missing.Value)} does not exist", ExitCode.Usage);
        if (section.FirstOrDefault(each => each.Key == "password_file").Value is { } secret
            && NamedFiles.OpenToOthers(secret) is { } open)
            throw new CommandException($"--password-file: {Printable.Of(secret)}: {open}", ExitCode.Usage);
        return read.Readable!.Eapi;
    }

    private static void Write(string file, bool force, string text)
    {
        try
        {
            using var stream = new FileStream(file, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(stream);
            writer.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be written: {IoFault.Text(e)}", ExitCode.Failed);
        }
    }
}
