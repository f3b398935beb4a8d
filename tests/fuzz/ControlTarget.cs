using System.Net.Sockets;
using System.Text.Json;
using Assist.Control;
using Assist.Flows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Fuzz;

/// <summary>A request at the control socket, over a real one. What must hold: one line of JSON comes back, whatever was
/// sent, and a filter that is not refused can be asked about any flow.</summary>
internal sealed class ControlTarget
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly string s_path =
        Path.Combine(Directory.CreateTempSubdirectory("assist-fuzz-").FullName, "control.sock");

    private readonly Lazy<ControlServer> _server = new(Serve);

    public string? Check(byte[] request)
    {
        _ = _server.Value;
        var answer = AskAsync(request).WaitAsync(s_patience).GetAwaiter().GetResult();
        if (!answer.EndsWith('\n') || answer.IndexOf('\n', StringComparison.Ordinal) != answer.Length - 1)
            return $"not one line: {answer}";
        return JsonSerializer.Deserialize(answer, ControlJson.Default.ControlResponse) is null ? "no answer" : null;
    }

    private static ControlServer Serve()
    {
        var server = new ControlServer(
            s_path, request => Task.FromResult(Answer(request)), TimeProvider.System,
            NullLogger<ControlServer>.Instance);
        server.Start();
        return server;
    }

    // As the daemon does it, with no flow but one.
    private static ControlResponse Answer(ControlRequest request)
    {
        var filter = request.Filter ?? new FlowFilter();
        if (FlowSelection.Fault(filter) is { } fault) return new ControlResponse { Error = fault };
        return new ControlResponse
        {
            Confirmed = FlowSelection.Includes(filter, new FlowMatch()),
            Problem = $"{request.Command} {request.Reason}",
        };
    }

    private static async Task<string> AskAsync(byte[] request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(s_path));
        await using var stream = new NetworkStream(socket);
        await SendAsync(socket, request);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    // The server answers the first line and closes, whatever else is on its way.
    private static async Task SendAsync(Socket socket, byte[] request)
    {
        try
        {
            await socket.SendAsync(request);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Closed already; the answer is there.
        }
    }
}
