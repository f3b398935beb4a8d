using System.Collections.Concurrent;
using System.Diagnostics;
using Assist.Configuration;
using Assist.Eos;

namespace Assist.Bench.Machine;

/// <summary>The emulated switch, and when it was asked for what.</summary>
internal sealed class TimedSwitch : IAsyncDisposable
{
    private const string MatchSource = "match source ip ";

    private readonly EapiServer _server;
    private readonly ConcurrentDictionary<string, long> _asked = new(StringComparer.Ordinal);

    public TimedSwitch(Bed bed, string name, SwitchOptions? options = null)
    {
        Socket = bed.PathOf(name);
        var device = new EmulatedSwitch(TimeProvider.System, options ?? new SwitchOptions { Capacity = 8192 });
        device.Run("enable", "configure", "directflow", "no shutdown", "end");
        _server = new EapiServer(device, received: Note);
        _server.ListenUnix(Socket);
    }

    public string Socket { get; }

    /// <summary>Time stamp of the request that first asked for a flow of this source address; null where none
    /// has.</summary>
    public long? AskedAt(string source) => _asked.TryGetValue(source, out var at) ? at : null;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Note(RunCmds request)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var command in request.Commands)
            if (command.Command.StartsWith(MatchSource, StringComparison.Ordinal))
                _asked.TryAdd(command.Command[MatchSource.Length..], now);
    }
}
