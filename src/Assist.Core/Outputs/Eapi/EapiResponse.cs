using System.Text.Json;
using System.Text.Unicode;

namespace Assist.Outputs.Eapi;

/// <summary>One answer of eAPI: a result for each command that ran, and the error that stopped the rest. Owns the
/// memory that the results are parts of, so they are valid until this is disposed.</summary>
public sealed class EapiResponse : IDisposable
{
    private const string MessagePrefix = "CLI command ";

    private readonly JsonDocument _document;
    private readonly IDisposable? _bytes;

    private EapiResponse(JsonDocument document, IDisposable? bytes, in Content content)
    {
        (_document, _bytes) = (document, bytes);
        (Results, Error, FailedCommand) = content;
    }

    public IReadOnlyList<JsonElement> Results { get; }
    public EapiError? Error { get; }

    /// <summary>Index of the command that failed; -1 where none did or the answer does not tell.</summary>
    public int FailedCommand { get; }

    /// <summary>The text of a command asked for in text format; empty where there is none.</summary>
    public string Output(int command) =>
        command < Results.Count && Results[command].ValueKind == JsonValueKind.Object
            && Results[command].TryGetProperty("output", out var output) ? output.ToString() : "";

    /// <summary>What a result carries besides data: notes of the switch, for the log.</summary>
    public IEnumerable<string> Notes() => Results
        .Where(result => result.ValueKind == JsonValueKind.Object)
        .SelectMany(result => Strings(result, "messages").Concat(Strings(result, "warnings")));

    /// <param name="json">Owned by the response from now on, also where this throws.</param>
    /// <exception cref="TargetException">The bytes are not an eAPI answer.</exception>
    internal static EapiResponse Read(PooledBytes json, int commands)
    {
        try
        {
            return Read(json.Memory, json, commands);
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    /// <exception cref="TargetException">The bytes are not an eAPI answer.</exception>
    public static EapiResponse Read(ReadOnlyMemory<byte> json, int commands) => Read(json, null, commands);

    public void Dispose()
    {
        _document.Dispose();
        _bytes?.Dispose();
    }

    private static EapiResponse Read(ReadOnlyMemory<byte> json, IDisposable? bytes, int commands)
    {
        // The parser leaves strings unread, and would throw where they are used.
        if (!Utf8.IsValid(json.Span)) throw NotEapi(null);
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(json);
            if (json.Span.IndexOf(@"\ud"u8) >= 0 || json.Span.IndexOf(@"\uD"u8) >= 0)
                RefuseHalfPairs(document.RootElement);
            return new EapiResponse(document, bytes, ContentOf(document.RootElement, commands));
        }
        catch (Exception e)
        {
            document?.Dispose();
            if (e is JsonException or InvalidOperationException) throw NotEapi(e);
            throw;
        }
    }

    private static Content ContentOf(JsonElement root, int commands)
    {
        if (root.ValueKind != JsonValueKind.Object) throw NotEapi(null);
        if (root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            return Failed(error);
        if (!root.TryGetProperty("result", out var result) || result.ValueKind != JsonValueKind.Array)
            throw NotEapi(null);
        var results = result.EnumerateArray().Select(Unwrapped).ToList();
        return results.Count == commands
            ? new Content(results, null, -1)
            : throw new TargetException($"eAPI answered {results.Count} of {commands} commands");
    }

    private static Content Failed(JsonElement error)
    {
        var code = error.TryGetProperty("code", out var number)
            && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : 0;
        var message = error.TryGetProperty("message", out var text) ? text.ToString() : "";
        var results = error.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? data.EnumerateArray().Select(Unwrapped).ToList()
            : [];
        var failed = results.FindIndex(result => Strings(result, "errors").Any());
        var reason = failed < 0 ? message : string.Join("; ", Strings(results[failed], "errors"));
        return new Content(results, new EapiError(code, message, reason), failed < 0 ? IndexFrom(message) : failed);
    }

    // "CLI command 2 of 3 'no such' failed: invalid command": counted from 1.
    private static int IndexFrom(string message)
    {
        if (!message.StartsWith(MessagePrefix, StringComparison.Ordinal)) return -1;
        var rest = message.AsSpan(MessagePrefix.Length);
        var end = rest.IndexOf(' ');
        return end > 0 && int.TryParse(rest[..end], out var number) ? number - 1 : -1;
    }

    // Some commands answer with a JSON string that holds the object (seen with several EOS releases).
    private static JsonElement Unwrapped(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.String) return result;
        try
        {
            var text = result.GetString()!;
            var inner = JsonElement.Parse(text);
            if (text.Contains(@"\ud", StringComparison.OrdinalIgnoreCase)) RefuseHalfPairs(inner);
            return inner;
        }
        catch (JsonException)
        {
            return result;
        }
    }

    // JSON may carry half a surrogate pair, no text can, and the parser throws where such a string is used.
    private static void RefuseHalfPairs(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) _ = element.GetString();
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray()) RefuseHalfPairs(item);
        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var member in element.EnumerateObject())
        {
            _ = member.Name;
            RefuseHalfPairs(member.Value);
        }
    }

    private static IEnumerable<string> Strings(JsonElement result, string name)
    {
        if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty(name, out var list)
            || list.ValueKind != JsonValueKind.Array) yield break;
        foreach (var item in list.EnumerateArray()) yield return item.ToString().ReplaceLineEndings(" ").Trim();
    }

    private static TargetException NotEapi(Exception? inner) => new("the answer is not eAPI's JSON", inner: inner);

    private readonly record struct Content(IReadOnlyList<JsonElement> Results, EapiError? Error, int FailedCommand);
}

/// <summary>Why a request stopped. <see cref="Reason"/> is the switch's own words for the command that
/// failed.</summary>
public sealed record EapiError(int Code, string Message, string Reason);
