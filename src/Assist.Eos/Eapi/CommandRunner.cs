using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>Runs the commands of one request in a session of their own and shapes results and errors as eAPI does:
/// facts 3.3.</summary>
internal sealed class CommandRunner(SwitchState state, TimeProvider clock, Func<double, bool> chance)
{
    private readonly bool _failing = chance(state.Options.FailingRate);

    public RunCmdsReply Run(RunCmds request)
    {
        var session = new CliSession(state, request.AutoComplete);
        var results = new JsonArray();
        EapiError? first = null;
        state.Requests++;
        for (var i = 0; i < request.Commands.Count; i++)
        {
            var (started, from) = (clock.GetUtcNow(), clock.GetTimestamp());
            var (result, error) = RunOne(session, request.Commands[i], request.Text);
            if (request.Timestamps) Stamp(result, started, clock.GetElapsedTime(from));
            results.Add(Shaped(result, request.Text));
            if (error is null) continue;
            var place = $"CLI command {i + 1} of {request.Commands.Count} '{request.Commands[i].Command}'";
            first ??= new EapiError(error.Code, $"{place} failed: {error.Meaning}");
            if (request.StopOnError) break;
        }

        return new RunCmdsReply(results, first);
    }

    private (JsonObject Result, CliError? Error) RunOne(CliSession session, EapiCommand command, bool text)
    {
        state.Commands++;
        try
        {
            Refuse(command.Command);
            return (Result(session, command, text), null);
        }
        catch (CliError error)
        {
            var entry = new JsonObject();
            if (text) entry["output"] = $"% {error.Message}\n";
            entry["errors"] = new JsonArray((JsonNode)error.Message);
            return (entry, error);
        }
    }

    private void Refuse(string command)
    {
        if (_failing || chance(state.Options.FailingCommandRate))
            throw CliError.CouldNotRun("Request failed on purpose");
        if (state.Options.NoDirectFlow && IsOf(command, "directflow")) throw CliError.Invalid(0, command.Split(' ')[0]);
        if (state.Options.NoTrafficPolicies && IsOf(command, "traffic-polic"))
            throw CliError.Invalid(0, command.Split(' ')[0]);
        if (StartsWith(command, state.Options.Deny)) throw CliError.Denied(command);
        if (StartsWith(command, state.Options.UnknownCommand)) throw CliError.Invalid(1, command.Split(' ')[^1]);
        if (StartsWith(command, state.Options.Fail)) throw CliError.CouldNotRun("Command failed on purpose");
    }

    private JsonObject Result(CliSession session, EapiCommand command, bool text)
    {
        if (StartsWith(command.Command, state.Options.Lose)) return Quiet(text);
        var (line, pipe) = Pipes.Split(command.Command);
        var output = session.Run(line, WithoutEof(command.Input));
        if (output is null && pipe is not null) throw CliError.Invalid(line.Split(' ').Length, "|");
        if (output is null) return Quiet(text);
        if (!text) return (pipe is null ? output.Json : null)?.Invoke() ?? throw CliError.Unconverted();
        var all = output.Text();
        return new JsonObject { ["output"] = pipe is null ? all : Pipes.Apply(all, pipe, line.Split(' ').Length + 1) };
    }

    private JsonObject Quiet(bool text)
    {
        var result = new JsonObject();
        if (text) result["output"] = "";
        if (state.Options.Messages) result["messages"] = new JsonArray((JsonNode)"Configuration was changed");
        if (state.Options.Warnings) result["warnings"] = new JsonArray((JsonNode)"This is a warning");
        return result;
    }

    // Some commands of some releases answer with a string that holds the JSON: facts 3.2.
    private JsonNode Shaped(JsonObject result, bool text) =>
        state.Options.StringResults && !text && result.Count > 0 && !result.ContainsKey("errors")
            ? result.ToJsonString()
            : result;

    private static void Stamp(JsonObject result, DateTimeOffset started, TimeSpan took) =>
        result["_meta"] = new JsonObject
        {
            ["execStartTime"] = (started - DateTimeOffset.UnixEpoch).TotalSeconds,
            ["execDuration"] = took.TotalSeconds,
        };

    private static bool IsOf(string command, string feature) =>
        StartsWith(command, feature) || StartsWith(command, $"show {feature}");

    private static bool StartsWith(string command, string? start) =>
        start is not null && command.StartsWith(start, StringComparison.Ordinal);

    /// <summary>Input ends at a line EOF; since 4.15.2F the line may be missing.</summary>
    private static string? WithoutEof(string? input)
    {
        if (input is null) return null;
        var lines = input.TrimEnd('\n').Split('\n');
        var end = Array.IndexOf(lines, "EOF");
        return string.Join('\n', end < 0 ? lines : lines[..end]);
    }
}
