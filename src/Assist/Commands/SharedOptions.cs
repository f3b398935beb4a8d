using System.CommandLine;
using Assist.Configuration;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>Options that every command takes, and what comes of them.</summary>
internal static class SharedOptions
{
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "The configuration file; default $ASSIST_CONFIG, else /etc/assist/assist.yaml, "
            + "on EOS /persist/sys/extensions/assist/assist.yaml",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Overrides one key of the configuration; may be repeated",
        HelpName = "key.path=value",
        AllowMultipleArgumentsPerToken = false,
        Recursive = true,
    };

    /// <summary>Of the commands that talk to a daemon.</summary>
    public static Option<string?> Socket { get; } = new("--socket")
    {
        Description = "The daemon's control socket; default control.socket of the configuration. The command then "
            + "works whatever is wrong with the file",
        HelpName = "PATH",
    };

    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Shows where in the program an error came from",
        Recursive = true,
    };

    public static Option<bool> Json(string what = "Prints JSON") => new("--json") { Description = what };

    public static string FileOf(ParseResult parsed) => ConfigurationFile.Find(parsed.GetValue(Config));

    public static ConfigurationResult Load(ParseResult parsed) =>
        ConfigurationLoader.Load(FileOf(parsed), parsed.GetValue(Set) ?? [], Formats.Find);

    /// <exception cref="CommandException">The configuration has errors; all but the last are already
    /// printed.</exception>
    public static AssistConfig LoadOrFail(ParseResult parsed) => OrFail(Load(parsed));

    /// <summary>The same for a process that will be the daemon: the files that it names are good too.</summary>
    /// <exception cref="CommandException">As above.</exception>
    public static AssistConfig LoadWithFilesOrFail(ParseResult parsed) => OrFail(NamedFiles.Judge(
        Load(parsed), TimeProvider.System.GetUtcNow().UtcDateTime, FileGravity.Unusable));

    /// <exception cref="CommandException">The configuration has errors; all but the last are already
    /// printed.</exception>
    public static AssistConfig OrFail(ConfigurationResult result)
    {
        if (result.Config is { } config) return config;
        foreach (var error in result.Errors.SkipLast(1))
            Console.Error.WriteLine($"assist: {Printable.Of(error.ToString())}");
        throw new CommandException(result.Errors[^1].ToString(), ExitCode.Usage);
    }
}
