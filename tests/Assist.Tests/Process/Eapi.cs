using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>Asks the switch as any program would.</summary>
internal static class Eapi
{
    public static async Task<JsonElement[]> RunAsync(string socket, params string[] commands) =>
        [.. (await PostAsync(socket, "json", commands)).GetProperty("result").EnumerateArray()];

    public static async Task<string[]> RunTextAsync(string socket, params string[] commands) =>
        [.. (await PostAsync(socket, "text", commands)).GetProperty("result").EnumerateArray()
            .Select(result => result.GetProperty("output").GetString()!)];

    private static async Task<JsonElement> PostAsync(string path, string format, string[] commands)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        var request = new
        {
            jsonrpc = "2.0",
            method = "runCmds",
            id = "test",
            @params = new { version = 1, format, cmds = commands }
        };
        // eAPI wants a length, which JsonContent does not know.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request));
        using var answer = await http.PostAsync(new Uri("http://localhost/command-api"), content);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
