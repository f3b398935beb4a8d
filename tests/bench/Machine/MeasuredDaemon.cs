using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assist.Configuration;

namespace Assist.Bench.Machine;

/// <summary>The published program as users run it, and its control socket.</summary>
internal sealed class MeasuredDaemon(Child process, string control, int port, int tlsPort)
    : Receiver("assist", process, port, tlsPort)
{
    public async Task<JsonElement> StatusAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(control));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("{\"command\":\"status\"}\n"));
        using var reader = new StreamReader(stream);
        return JsonDocument.Parse(await reader.ReadLineAsync() ?? "{}").RootElement.GetProperty("status");
    }

    /// <summary>Waits until everything that was received has become something.</summary>
    public async Task<Tally> UntilTalliedAsync()
    {
        UntilSettled();
        while (true)
        {
            var status = await StatusAsync();
            var tally = Tally.Of(status);
            if (tally.Received == tally.Decided) return tally;
            await Task.Delay(5);
        }
    }

    /// <summary>Waits until every flow that was asked for has been read back from the switch.</summary>
    public async Task UntilTableSettledAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (Unsettled(await StatusAsync()) > 0)
        {
            if (Stopwatch.GetElapsedTime(began).TotalSeconds > 60)
                throw new InvalidOperationException("the flow table does not come to rest");
            await Task.Delay(50);
        }
    }

    private static long Unsettled(JsonElement status) => status.GetProperty("queue_length").GetInt64()
        + status.GetProperty("table").GetProperty("flows").EnumerateObject()
            .Select(action => action.Value)
            .Sum(action => action.GetProperty("requested").GetInt64() + action.GetProperty("pending").GetInt64());

    public async Task UntilSwitchReadAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (!(await StatusAsync()).GetProperty("switch").GetProperty("reachable").GetBoolean())
        {
            if (Stopwatch.GetElapsedTime(began).TotalSeconds > 20)
                throw new InvalidOperationException("the daemon does not reach its switch");
            await Task.Delay(20);
        }
    }
}

/// <summary>The daemon's own counters.</summary>
internal readonly record struct Tally(long Received, long Decided, long KernelDrops, long Shed, int Programmed)
{
    public static Tally Of(JsonElement status) => new(
        status.GetProperty("received").GetInt64(),
        status.GetProperty("outcomes").EnumerateObject().Sum(outcome => outcome.Value.GetInt64()),
        status.GetProperty("rejected").GetProperty("kernel_drop").GetInt64(),
        status.GetProperty("outcomes").GetProperty("shed").GetInt64(),
        status.GetProperty("table").GetProperty("flows").GetProperty("drop").GetProperty("programmed").GetInt32());
}
