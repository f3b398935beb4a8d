using System.CommandLine;
using Assist.Configuration;
using Assist.Logging;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>`monitor IP USER PASSWORD [PROTOCOL]`, the original's way to name another switch.</summary>
internal sealed class SwitchArguments
{
    private readonly Argument<string?> _switch =
        Optional("SWITCH", "A switch to ask directly, without configuration or daemon");

    private readonly Argument<string?> _user = Optional("USER", "Its user");
    private readonly Argument<string?> _password = Optional(
        "PASSWORD", "The user's password; better named by --password-file, since every user of this machine sees this");

    private readonly Argument<string?> _protocol = Optional("PROTOCOL", "https");

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = "File whose first line is the password, for SWITCH",
        HelpName = "FILE",
    };

    private readonly Option<string?> _ca = new("--ca")
    {
        Description = "PEM file of the authority that signed the certificate of SWITCH, or of --url where there is one",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        foreach (var argument in new[] { _switch, _user, _password, _protocol }) command.Arguments.Add(argument);
        command.Options.Add(_passwordFile);
        command.Options.Add(_ca);
    }

    /// <summary>How to reach the switch that was named, or null where none was.</summary>
    public EapiOptions? Options(ParseResult parsed)
    {
        if (parsed.GetValue(_switch) is not { } address)
            return parsed.GetValue(_ca) is null && parsed.GetValue(_passwordFile) is null ? null
                : throw new CommandException(
                    "--ca and --password-file are for a SWITCH on the command line; for the one of the configuration "
                    + "set switch.ca and switch.password_file", ExitCode.Usage);
        // The parser takes a mistyped option for the first argument.
        if (address.StartsWith('-'))
            throw new CommandException($"there is no option {address}; see --help", ExitCode.Usage);
        var (password, file) = (parsed.GetValue(_password), parsed.GetValue(_passwordFile));
        if (parsed.GetValue(_user) is not { } user || (password ?? file) is null)
            throw new CommandException(
                $"a switch needs a user and a password too: assist {parsed.CommandResult.Command.Name} SWITCH USER "
                + $"--password-file FILE{Hint(parsed, address)}", ExitCode.Usage);
        if (password is not null && file is not null)
            throw new CommandException("give either PASSWORD or --password-file", ExitCode.Usage);
        if (parsed.GetValue(_protocol) is { } protocol && !protocol.Equals("https", StringComparison.OrdinalIgnoreCase))
            throw new CommandException("only https is supported for another switch", ExitCode.Usage);
        if (!Uri.TryCreate($"https://{address}", UriKind.Absolute, out var uri))
            throw new CommandException("SWITCH is no host name or address", ExitCode.Usage);
        if (password is not null)
            Console.Error.WriteLine("assist: warning: the password is visible in the process list and in the shell's "
                + "history; use --password-file FILE");
        return new EapiOptions
        {
            Socket = null,
            Https = uri,
            User = user,
            Password = password,
            PasswordFile = Secret(file, "--password-file"),
            Ca = Existing(parsed.GetValue(_ca), "--ca"),
        };
    }

    /// <summary>The file of --ca, for a daemon that is asked over https.</summary>
    public string? CaOf(ParseResult parsed) => Existing(parsed.GetValue(_ca), "--ca");

    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_switch) is not null;

    private static string? Existing(string? file, string option) =>
        file is null || File.Exists(file) ? file
            : throw new CommandException($"{option}: {Printable.Of(file)} does not exist", ExitCode.Usage);

    /// <exception cref="CommandException">It is not there, or others can read it.</exception>
    public static string? Secret(string? file, string option) =>
        Existing(file, option) is { } there && NamedFiles.OpenToOthers(there) is { } fault
            ? throw new CommandException($"{option}: {Printable.Of(there)}: {fault}", ExitCode.Usage) : file;

    private static string Hint(ParseResult parsed, string address) =>
        parsed.CommandResult.Command.Options.Any(option => option.Name == "--address")
            ? $"; did you mean --address {Printable.Of(address)}?" : "";

    private static Argument<string?> Optional(string name, string description) =>
        new(name) { Arity = ArgumentArity.ZeroOrOne, Description = description };
}
