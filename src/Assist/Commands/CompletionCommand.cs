using System.CommandLine;

namespace Assist.Commands;

/// <summary>`assist completion SHELL`: a script that lets the shell ask the program itself for what may come next, by
/// the [suggest] directive of System.CommandLine, so that the script never falls behind the commands.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # bash completion for assist: source <(assist completion bash)
        _assist() {
          local IFS=$'\n' words
          words=$(assist "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null) || words=
          COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _assist assist
        """;

    private const string Zsh = """
        #compdef assist
        # zsh completion for assist: source <(assist completion zsh)
        _assist() {
          local -a found
          found=("${(@f)$(assist "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          if [[ -n $found ]]; then compadd -- $found; else _files; fi
        }
        if [[ $funcstack[1] = _assist ]]; then _assist "$@"; else compdef _assist assist; fi
        """;

    private const string Fish = """
        # fish completion for assist: assist completion fish | source
        function __assist_suggest
          set -l line (commandline -cp)
          assist "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c assist -a '(__assist_suggest)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command(
            "completion", "Prints a script that completes commands and options in a shell") { shell };
        command.SetAction(parsed => Console.WriteLine(parsed.GetValue(shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            _ => Bash,
        }));
        return command;
    }
}
