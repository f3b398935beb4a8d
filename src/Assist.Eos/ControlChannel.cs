using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>Where a test in another process changes the switch and looks at it: a unix socket, one order a line, one
/// line of answer, "ok", JSON, or "error: ..." .</summary>
/// <param name="given">The options of the command line, which `faults` adds to and alone brings back.</param>
public sealed class ControlChannel(EmulatedSwitch device, SwitchOptions given, CommandApiService service)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Task _serving = Task.CompletedTask;
    private string? _path;

    public void Listen(string path)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen(8);
        _path = path;
        _serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _serving;
        if (_path is not null) File.Delete(_path);
        _stop.Dispose();
    }

    // One caller after the other: orders of two would be in no order.
    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var stream = new NetworkStream(await _socket.AcceptAsync(_stop.Token), ownsSocket: true);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(await AnswerAsync(line) + "\n"), _stop.Token);
            }
            catch (Exception e)
                when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
            {
                // The caller went away or the switch stops.
            }
        }
    }

    private async Task<string> AnswerAsync(string line)
    {
        var (order, rest) = line.Split(' ', 2) is [var first, var others] ? (first, others) : (line, "");
        switch (order)
        {
            case "faults": return SetFaults(rest.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            case "down": await service.DownAsync(); break;
            case "up": service.Up(); break;
            case "reload": device.Reload(); break;
            case "save": device.Run("enable", "write memory"); break;
            case "drop-table": device.DropTable(); break;
            case "add": return Add(rest);
            case "delete": device.DeleteForeignFlow(rest); break;
            case "flows": return Flows();
            case "packet": return Forward(rest.Split(' '));
            default: return $"error: no such order '{order}'";
        }
        return "ok";
    }

    private string SetFaults(string[] names)
    {
        var options = given;
        foreach (var name in names)
        {
            if (!Faults.TryApply(options, name, out var changed)) return $"error: no such fault '{name}'";
            options = changed;
        }
        device.Options = options;
        return "ok";
    }

    /// <summary>As another writer of this switch does; nobody's fault touches it.</summary>
    private string Add(string rest)
    {
        if (rest.Split(' ', 2) is not [var name, var lines]) return "error: write add NAME LINE;LINE";
        try
        {
            device.AddForeignFlow(name, lines.Split(';'));
            return "ok";
        }
        catch (ArgumentException e)
        {
            return $"error: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    private string Forward(string[] words)
    {
        const string Usage = "error: write packet tcp|udp INPUT SOURCE PORT DESTINATION PORT";
        if (words is not [var protocol and ("tcp" or "udp"), var input, var source, var from, var destination, var to]
            || !ushort.TryParse(from, out var sourcePort) || !ushort.TryParse(to, out var destinationPort))
            return Usage;
        try
        {
            var forwarding = device.Forward(protocol == "tcp"
                ? Packet.Tcp(input, source, sourcePort, destination, destinationPort)
                : Packet.Udp(input, source, sourcePort, destination, destinationPort));
            return new JsonObject { ["flow"] = forwarding.Flow, ["ports"] = forwarding.Ports }.ToJsonString();
        }
        catch (FormatException)
        {
            return Usage;
        }
    }

    private string Flows() => new JsonArray([.. device.Flows().Select(flow => new JsonObject
    {
        ["name"] = flow.Name,
        ["programmed"] = flow.IsProgrammed,
        ["lines"] = new JsonArray([.. flow.Lines.Select(line => (JsonNode)line)]),
    })]).ToJsonString();
}
