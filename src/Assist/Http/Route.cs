using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assist.Control;

namespace Assist.Http;

/// <summary>An answer as it is sent.</summary>
internal sealed record Answer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    private const string Json = "application/json";

    public static Answer Text(int status, string text) =>
        new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public static Answer Of<T>(T value, JsonTypeInfo<T> type, int status = 200) =>
        new(status, Json, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Answer Fault(int status, string text) =>
        Of(new ControlResponse { Error = text }, ControlJson.Default.ControlResponse, status);
}

/// <summary>A value behind the question mark.</summary>
/// <param name="Type">Of JSON.</param>
internal sealed record Parameter(string Name, string Type, string Meaning);

/// <summary>One thing that may be asked or ordered.</summary>
/// <param name="Path">Behind the prefix; a last part <c>{name}</c> stands for any.</param>
/// <param name="Meaning">For the description.</param>
/// <param name="Serve">Null where it has answered by itself.</param>
internal sealed record Route(string Path, Access Access, string Meaning, Func<WebCall, Task<Answer?>> Serve)
{
    private const string Placeholder = "{name}";

    /// <summary>Of the answer; null where it is no JSON of ours.</summary>
    public JsonTypeInfo? Type { get; init; }

    /// <summary>Of the body of an order.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>Of an answer that is no JSON of ours.</summary>
    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    public bool Changes => Access == Access.Act;

    public bool HasName => Path.EndsWith(Placeholder, StringComparison.Ordinal);

    public bool Leads(string path) => HasName
        ? path.StartsWith(Path[..^Placeholder.Length], StringComparison.Ordinal)
            && LastPart(path) is { Length: > 0 } last
            && path.Length == Path.Length - Placeholder.Length + last.Length
        : path == Path;

    /// <summary>What stands for <c>{name}</c>.</summary>
    public static string LastPart(string path) => path[(path.LastIndexOf('/') + 1)..];
}
