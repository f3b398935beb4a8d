using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>What reached the switch, for somebody who looks on from another process: a line for each request, its
/// commands as a JSON list of strings, or of objects where a command has input.</summary>
internal sealed class RequestRecord(string path) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions s_form =
        new() { Encoder = JavaScriptEncoder.Default };

    private readonly Lock _lock = new();
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };

    public void Append(RunCmds request)
    {
        var line = new JsonArray([.. request.Commands.Select(Node)]).ToJsonString(s_form);
        lock (_lock) _file.WriteLine(line);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static JsonNode Node(EapiCommand command) => command.Input is { } input
        ? new JsonObject { ["cmd"] = command.Command, ["input"] = input }
        : JsonValue.Create(command.Command);
}
