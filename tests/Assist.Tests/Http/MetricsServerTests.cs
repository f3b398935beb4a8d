using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Http;
using Assist.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Http;

public sealed class MetricsServerTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    // Stopped at any moment between two requests: what waits for the next one must not be left waiting.
    [Fact]
    public async Task It_ends_whenever_it_is_stopped()
    {
        using var client = new HttpClient();
        for (var i = 0; i < 200; i++)
        {
            var port = Rig.FreePort();
            using var server = new MetricsServer(new IPEndPoint(IPAddress.Loopback, port), () =>
                Task.FromResult("up 1\n"), NullLogger<MetricsServer>.Instance);
            await server.StartAsync(CancellationToken.None);
            var request = client.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
            // Before it is answered in some rounds, after it in others.
            if (i % 2 == 0) await request.WaitAsync(s_deadline);
            await server.StopAsync().WaitAsync(s_deadline);
            await Task.WhenAny(request).WaitAsync(s_deadline);
        }
    }

    [Fact]
    public async Task It_ends_while_it_waits_for_an_answer()
    {
        var port = Rig.FreePort();
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<string>();
        using var server = new MetricsServer(
            new IPEndPoint(IPAddress.Loopback, port), Metrics, NullLogger<MetricsServer>.Instance);
        await server.StartAsync(CancellationToken.None);
        using var client = new HttpClient();
        var request = client.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        await asked.Task.WaitAsync(s_deadline);

        await server.StopAsync().WaitAsync(s_deadline);
        await Task.WhenAny(request).WaitAsync(s_deadline);

        Task<string> Metrics()
        {
            asked.SetResult();
            return never.Task;
        }
    }

    // Descriptors are shared with the syslog listeners.
    [Fact]
    public async Task Readers_beyond_the_limit_are_turned_away()
    {
        var port = Rig.FreePort();
        using var server = new MetricsServer(new IPEndPoint(IPAddress.Loopback, port), () =>
            Task.FromResult("up 1\n"), NullLogger<MetricsServer>.Instance);
        await server.StartAsync(CancellationToken.None);
        var readers = new List<TcpClient>();
        for (var i = 0; i < MetricsServer.MaxConnections; i++)
        {
            readers.Add(new TcpClient());
            await readers[^1].ConnectAsync(IPAddress.Loopback, port);
            Assert.Contains("200 OK", await AskAsync(readers[^1]), StringComparison.Ordinal);
        }

        using (var further = new TcpClient())
        {
            await further.ConnectAsync(IPAddress.Loopback, port);
            Assert.Equal("", await AskAsync(further));
        }
        readers[0].Dispose();

        // The place is free again once the server has seen the end.
        using var next = new HttpClient();
        var answer = "";
        await Await.Until(() =>
        {
            answer = TryGet(next, port);
            return answer.Length > 0;
        }, "a place is free again");
        Assert.Equal("up 1\n", answer);
        foreach (var reader in readers) reader.Dispose();
        await server.StopAsync().WaitAsync(s_deadline);
    }

    private static string TryGet(HttpClient reader, int port)
    {
        try
        {
            using var answer = reader.Send(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/metrics"));
            return new StreamReader(answer.Content.ReadAsStream()).ReadToEnd();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    // The first bytes of the answer; empty where the connection was closed instead.
    private static async Task<string> AskAsync(TcpClient reader)
    {
        var answer = new byte[256];
        try
        {
            await reader.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var length = await reader.GetStream().ReadAsync(answer).AsTask().WaitAsync(s_deadline);
            return Encoding.ASCII.GetString(answer, 0, length);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
