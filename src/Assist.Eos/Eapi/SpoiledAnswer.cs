using System.Text;
using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>Answers that are JSON and still not what eAPI says: keys that are missing or spelled otherwise, and
/// documents of another kind.</summary>
internal static class SpoiledAnswer
{
    private static readonly byte[][] s_others =
    [
        "[]"u8.ToArray(), "\"ok\""u8.ToArray(), "{}"u8.ToArray(), "null"u8.ToArray(),
        """{"jsonrpc":"2.0","id":1,"result":null}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":1,"result":[]}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":1,"error":"busy"}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":1,"error":{}}"""u8.ToArray(),
    ];

    /// <summary>One of several other documents, or the first half of the right one.</summary>
    public static byte[] Other(byte[] body, Func<int, int> pick)
    {
        var choice = pick(s_others.Length + 1);
        return choice < s_others.Length ? s_others[choice] : body[..(body.Length / 2)];
    }

    /// <summary>The answer without <see cref="SwitchOptions.MissingKey"/> and with another spelling of
    /// <see cref="SwitchOptions.RenamedKey"/>, at any depth.</summary>
    public static byte[] WithOtherKeys(byte[] body, SwitchOptions options)
    {
        if (options.MissingKey is null && options.RenamedKey is null) return body;
        var answer = JsonNode.Parse(body)!;
        Change(answer, options);
        return Encoding.UTF8.GetBytes(answer.ToJsonString());
    }

    private static void Change(JsonNode? node, SwitchOptions options)
    {
        if (node is JsonArray list)
            foreach (var item in list) Change(item, options);
        if (node is not JsonObject members) return;
        if (options.MissingKey is { } missing) members.Remove(missing);
        if (options.RenamedKey is { } renamed && members.Remove(renamed, out var value))
            members[renamed + "New"] = value;
        foreach (var (_, member) in members) Change(member, options);
    }
}
