using System.CommandLine;
using Assist.Logging;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>`monitor IP USER PASSWORD [PROTOCOL]`, the original's way to name another switch.</summary>
internal sealed class SwitchArguments
{
    private readonly Argument<string?> _switch =
        Optional("SWITCH", "A switch to ask directly, without configuration or daemon");

    private readonly Argument<string?> _user = Optional("USER", "Its user");
    private readonly Argument<string?> _password = Optional("PASSWORD", "The user's password");
    private readonly Argument<string?> _protocol = Optional("PROTOCOL", "https");

    public void AddTo(Command command)
    {
        foreach (var argument in new[] { _switch, _user, _password, _protocol }) command.Arguments.Add(argument);
    }

    /// <summary>How to reach the switch that was named, or null where none was.</summary>
    public EapiOptions? Options(ParseResult parsed)
    {
        if (parsed.GetValue(_switch) is not { } address) return null;
        // The parser takes a mistyped option for the first argument.
        if (address.StartsWith('-'))
            throw new CommandException($"there is no option {address}; see --help", ExitCode.Usage);
        if (parsed.GetValue(_user) is not { } user || parsed.GetValue(_password) is not { } password)
            throw new CommandException(
                "a switch needs USER and PASSWORD too: "
                + $"assist {parsed.CommandResult.Command.Name} SWITCH USER PASSWORD{Hint(parsed, address)}",
                ExitCode.Usage);
        if (parsed.GetValue(_protocol) is { } protocol && !protocol.Equals("https", StringComparison.OrdinalIgnoreCase))
            throw new CommandException("only https is supported for another switch", ExitCode.Usage);
        if (!Uri.TryCreate($"https://{address}", UriKind.Absolute, out var uri))
            throw new CommandException("SWITCH is no host name or address", ExitCode.Usage);
        return new EapiOptions { Socket = null, Https = uri, User = user, Password = password };
    }

    private static string Hint(ParseResult parsed, string address) =>
        parsed.CommandResult.Command.Options.Any(option => option.Name == "--address")
            ? $"; did you mean --address {Printable.Of(address)}?" : "";

    private static Argument<string?> Optional(string name, string description) =>
        new(name) { Arity = ArgumentArity.ZeroOrOne, Description = description };
}
