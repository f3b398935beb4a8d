using System.Net;
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
            server.Start();
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
}
