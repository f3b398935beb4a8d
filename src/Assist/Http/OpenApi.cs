using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Assist.Control;

namespace Assist.Http;

/// <summary>The description of the interface (OpenAPI 3.1), made from the routes and from the types that they
/// answer with, so that it cannot say anything else than is done.</summary>
internal sealed class OpenApi(IReadOnlyList<Route> routes)
{
    public const string Path = "/api/v1/openapi.json";

    private const string Components = "#/components/schemas/";
    private const string Reference = "$ref";

    /// <param name="prefix">Before every path, as the reader sees it.</param>
    public byte[] Text(string prefix)
    {
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "assist", ["version"] = StatusView.Version },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = prefix.Length == 0 ? "/" : prefix }),
            ["paths"] = new JsonObject(routes.Select(PathOf)),
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(Types().Select(
                    type => KeyValuePair.Create(type.Type.Name, (JsonNode?)SchemaOf(type)))),
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
            },
        };
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private IEnumerable<JsonTypeInfo> Types() => routes.SelectMany(route => new[] { route.Type, route.Body })
        .OfType<JsonTypeInfo>().Append(ControlJson.Default.ControlResponse).DistinctBy(type => type.Type);

    private static KeyValuePair<string, JsonNode?> PathOf(Route route)
    {
        List<JsonNode> parameters = [.. route.Parameters.Select(each => ParameterOf(each, "query"))];
        if (route.HasName)
            parameters.Add(ParameterOf(new Parameter("name", "string", "the name of the flow"), "path"));
        var operation = new JsonObject
        {
            ["summary"] = route.Meaning,
            ["parameters"] = new JsonArray([.. parameters]),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "done", ["content"] = ContentOf(route) },
                ["default"] = new JsonObject
                {
                    ["description"] = "not done; `error` says why",
                    ["content"] = Json(ControlJson.Default.ControlResponse),
                },
            },
        };
        if (route.Body is { } body) operation["requestBody"] = new JsonObject { ["content"] = Json(body) };
        if (route.Changes) operation["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() });
        return KeyValuePair.Create(
            route.Path, (JsonNode?)new JsonObject { [route.Changes ? "post" : "get"] = operation });
    }

    private static JsonObject ParameterOf(Parameter parameter, string place) => new JsonObject
    {
        ["name"] = parameter.Name,
        ["in"] = place,
        ["required"] = place == "path",
        ["description"] = parameter.Meaning,
        ["schema"] = new JsonObject { ["type"] = parameter.Type },
    };

    private static JsonObject ContentOf(Route route) => route.Type is { } type ? Json(type)
        : new JsonObject { [route.ContentType] = new JsonObject() };

    private static JsonObject Json(JsonTypeInfo type) => new()
    {
        ["application/json"] = new JsonObject
        {
            ["schema"] = new JsonObject { [Reference] = Components + type.Type.Name },
        },
    };

    private static JsonNode SchemaOf(JsonTypeInfo type)
    {
        var schema = type.GetJsonSchemaAsNode();
        Move(schema, Components + type.Type.Name);
        return schema;
    }

    // A type that comes again refers to its first place from the root of its own schema, which lies deeper here.
    private static void Move(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject members:
                if (members[Reference] is JsonValue value && value.TryGetValue<string>(out var to)
                    && to.StartsWith('#'))
                    members[Reference] = root + to[1..];
                foreach (var (_, member) in members) Move(member, root);
                break;
            case JsonArray items:
                foreach (var item in items) Move(item, root);
                break;
        }
    }
}
