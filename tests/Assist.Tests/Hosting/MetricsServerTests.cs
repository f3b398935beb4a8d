using System.Net;
using System.Net.Sockets;
using Assist.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Hosting;

public sealed class MetricsServerTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    // Stopped at any moment between two requests: what waits for the next one must not be left waiting.
    [Fact]
    public async Task It_ends_whenever_it_is_stopped()
    {
        for (var i = 0; i < 200; i++)
        {
            using var server = new MetricsServer(new IPEndPoint(IPAddress.Loopback, FreePort()), () => Task.FromResult("up 1\n"), NullLogger<MetricsServer>.Instance);
            server.Start();
            await server.StopAsync().WaitAsync(s_deadline);
        }
    }

    [Fact]
    public async Task It_ends_while_it_waits_for_an_answer()
    {
        var port = FreePort();
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<string>();
        using var server = new MetricsServer(new IPEndPoint(IPAddress.Loopback, port), Metrics, NullLogger<MetricsServer>.Instance);
        server.Start();
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

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
