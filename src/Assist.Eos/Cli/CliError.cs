namespace Assist.Eos;

/// <summary>Why eAPI refuses a command: its code and the words of the message after "failed: ".</summary>
internal sealed class CliError(int code, string text) : Exception(text)
{
    public int Code => code;

    // Words of 1001, 1004 and 1006 are not known from any source; the emulator never sends these codes.
    public string Meaning => code switch
    {
        1002 => "invalid command",
        1003 => "unconverted command",
        1005 => "permission to run command denied",
        _ => "could not run command",
    };

    public static CliError Invalid(int token, string word) => new(1002, $"Invalid input (at token {token}: '{word}')");

    public static CliError IncompleteToken(int token, string word) =>
        new(1002, $"Incomplete token (at token {token}: '{word}')");

    public static CliError IncompleteCommand(int token, string word) =>
        new(1002, $"Incomplete command (at token {token}: '{word}')");

    public static CliError Privileged(int token, string word) =>
        new(1002, $"Invalid input (privileged mode required) (at token {token}: '{word}')");

    public static CliError CouldNotRun(string text) => new(1000, text);

    public static CliError Unconverted() => new(1003, "This is an unconverted command");

    public static CliError Denied(string command) => new(1005, $"Authorization denied for command '{command}'");
}
