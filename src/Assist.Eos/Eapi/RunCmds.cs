using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>One entry of cmds: a string, or an object with cmd and input.</summary>
public sealed record EapiCommand(string Command, string? Input = null)
{
    public static implicit operator EapiCommand(string command) => new(command);

    public static EapiCommand FromString(string command) => new(command);
}

/// <summary>The parameters of a runCmds request.</summary>
public sealed record RunCmds(ValueList<EapiCommand> Commands)
{
    public bool Text { get; init; }
    public bool AutoComplete { get; init; }
    public bool Timestamps { get; init; }
    public bool StopOnError { get; init; } = true;
}

/// <summary>Code, message and the results so far, the failing command's entry last.</summary>
public sealed record EapiError(int Code, string Message);

/// <summary>One result per command that was run. With an error, the entry of a failing command has "errors".</summary>
public sealed record RunCmdsReply(JsonArray Results, EapiError? Error)
{
    /// <summary>The result of one command as an object, also where the switch answered with a JSON string.</summary>
    public JsonObject this[int index] =>
        (Results[index] is JsonValue text ? JsonNode.Parse(text.GetValue<string>()) : Results[index])!.AsObject();
}
