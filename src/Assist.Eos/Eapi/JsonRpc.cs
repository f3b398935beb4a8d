using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>JSON-RPC 2.0 around runCmds: bytes to a request, a reply to bytes.</summary>
internal static class JsonRpc
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;

    private static readonly string[] s_positions = ["version", "cmds", "format"];
    private static readonly string[] s_oldParameters = ["version", "cmds", "format", "timestamps"];
    private static readonly string[] s_newParameters =
        ["autoComplete", "expandAliases", "stopOnError", "includeErrorDetail", "streaming"];
    private static readonly JsonWriterOptions s_writing =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request, or the answer that says why there is none.</summary>
    public static (RunCmds? Request, JsonNode? Id, byte[]? Refusal) Read(ReadOnlyMemory<byte> body, bool refuseNew)
    {
        JsonNode? id = null;
        try
        {
            if (JsonNode.Parse(body.Span) is not JsonObject call) throw new RpcError(InvalidRequest, "Invalid Request");
            id = call["id"]?.DeepClone();
            if (call["method"] is not JsonValue method || method.GetValueKind() is not JsonValueKind.String)
                throw new RpcError(InvalidRequest, "Invalid Request");
            if (method.GetValue<string>() != "runCmds") throw new RpcError(MethodNotFound, "Method not found");
            return (Parameters(Named(call["params"]), refuseNew), id, null);
        }
        catch (RpcError error)
        {
            return (null, id, Answer(id, "error", Error(error.Code, error.Message)));
        }
        // A member named twice is found only when it is looked up.
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return (null, null, Answer(null, "error", Error(ParseError, "Parse error")));
        }
    }

    public static byte[] Write(JsonNode? id, RunCmdsReply reply)
    {
        if (reply.Error is not { } error) return Answer(id, "result", reply.Results);
        var refusal = Error(error.Code, error.Message);
        refusal["data"] = reply.Results;
        return Answer(id, "error", refusal);
    }

    private static RunCmds Parameters(JsonObject named, bool refuseNew)
    {
        string[] known = refuseNew ? s_oldParameters : [.. s_oldParameters, .. s_newParameters];
        foreach (var (name, _) in named)
            if (!known.Contains(name)) throw Invalid($"runCmds() got an unexpected keyword argument '{name}'");
        if (named["version"] is { } version && version.ToString() is not ("1" or "latest"))
            throw Invalid($"Invalid version {version}");
        if (named["cmds"] is not JsonArray commands) throw Invalid("Missing parameter 'cmds'");
        return new RunCmds(new(commands.Select(Command)))
        {
            Text = IsText(named["format"]),
            AutoComplete = Flag(named, "autoComplete", false),
            Timestamps = Flag(named, "timestamps", false),
            StopOnError = Flag(named, "stopOnError", true),
        };
    }

    private static JsonObject Named(JsonNode? parameters)
    {
        if (parameters is JsonObject named) return named;
        if (parameters is not JsonArray positional || positional.Count > s_positions.Length)
            throw Invalid("Invalid params");
        return new JsonObject(positional.Select((value, i) => KeyValuePair.Create(s_positions[i], value?.DeepClone())));
    }

    private static EapiCommand Command(JsonNode? entry)
    {
        if (Text(entry) is { } plain) return new EapiCommand(plain);
        if (entry is JsonObject whole && Text(whole["cmd"]) is { } command)
            return new EapiCommand(command, Text(whole["input"]));
        throw Invalid("Invalid command: a string, or an object with 'cmd'");
    }

    private static bool IsText(JsonNode? format) => (format is null ? "json" : Text(format)) switch
    {
        "json" => false,
        "text" => true,
        _ => throw Invalid("Invalid format: json or text"),
    };

    private static bool Flag(JsonObject named, string name, bool absent) => named[name] switch
    {
        null => absent,
        var node when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        _ => throw Invalid($"Invalid {name}: true or false"),
    };

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private static JsonObject Error(int code, string message) => new() { ["code"] = code, ["message"] = message };

    private static RpcError Invalid(string message) => new(InvalidParams, message);

    private static byte[] Answer(JsonNode? id, string kind, JsonNode content)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_writing))
            new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), [kind] = content }.WriteTo(writer);
        return stream.ToArray();
    }

    private sealed class RpcError(int code, string message) : Exception(message)
    {
        public int Code => code;
    }
}
