using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Assist.Control;

/// <summary>How a command reaches the daemon.</summary>
internal static class ControlClient
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The daemon's answer, or null if none is running.</summary>
    /// <exception cref="NoAnswerException">It runs but cannot be talked to.</exception>
    public static async Task<ControlResponse?> AskAsync(
        string path, ControlRequest request, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        }
        catch (SocketException e) when (IsNobody(e.SocketErrorCode))
        {
            return null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new NoAnswerException($"control socket {path}: {e.Message}; run as the daemon's user or root", e);
        }
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(s_patience);
            await using var stream = new NetworkStream(socket);
            await SendAsync(stream, request, patience.Token);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var answer = await reader.ReadLineAsync(patience.Token);
            var response = answer is null ? null
                : JsonSerializer.Deserialize(answer, ControlJson.Default.ControlResponse);
            if (response is { IsDenied: true }) throw new NoAnswerException($"{response.Error}");
            return response ?? throw new NoAnswerException("the daemon closed the control socket without an answer");
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new NoAnswerException(
                $"the daemon has not answered on {path} for {s_patience.TotalSeconds:0} s; see its log", e);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new NoAnswerException($"the daemon does not answer on {path}: {e.Message}", e);
        }
    }

    // Whoever finds no place is answered before the question is read: then the answer waits, and nobody takes the
    // question.
    private static async Task SendAsync(Stream stream, ControlRequest request, CancellationToken cancellation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest);
        try
        {
            await stream.WriteAsync((byte[])[.. line, (byte)'\n'], cancellation);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.Shutdown })
        {
            // The reading tells what there is.
        }
    }

    private static bool IsNobody(SocketError error) =>
        error is SocketError.AddressNotAvailable or SocketError.ConnectionRefused;
}
