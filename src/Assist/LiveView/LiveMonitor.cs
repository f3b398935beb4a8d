using System.Threading.Channels;
using Assist.Outputs;

namespace Assist.LiveView;

/// <summary>Runs the screen on the terminal: readings, keys and sizes come from elsewhere, and one loop takes
/// them.</summary>
/// <param name="interval">Between two readings; null is what the source is used to.</param>
internal sealed class LiveMonitor(IMonitorSource source, TimeSpan? interval, TimeProvider time) : IDisposable
{
    // Of keys that nobody has the time to take, the last are lost.
    private const int MostWaiting = 256;

    private readonly Channel<Action> _happened = Channel.CreateBounded<Action>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly MonitorScreen _screen = new(Terminal.IsUnicode);
    private readonly SemaphoreSlim _readNow = new(0, 1);

    // Written by the loop, read by the one who reads.
    private volatile string? _wanted;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminal = new Terminal(() => Post(() => { }));
        using var keyboard = new Keyboard(
            terminal.Keep, key => Post(() => _screen.Press(key)), stopping.Cancel);
        var reading = ReadAsync(stopping.Token);
        try
        {
            Draw(terminal);
            await LoopAsync(terminal, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Ctrl-C is how one leaves a live view.
        }
        finally
        {
            await stopping.CancelAsync();
            await reading;
        }
    }

    public void Dispose() => _readNow.Dispose();

    private async Task LoopAsync(Terminal terminal, CancellationToken stopping)
    {
        while (await _happened.Reader.WaitToReadAsync(stopping))
        {
            while (_happened.Reader.TryRead(out var happened)) happened();
            if (_screen.HasQuit) return;
            if (_screen.Wanted != _wanted)
            {
                _wanted = _screen.Wanted;
                if (_wanted is not null && _readNow.CurrentCount == 0) _readNow.Release();
            }
            Draw(terminal);
        }
    }

    private void Draw(Terminal terminal)
    {
        var (width, height) = Terminal.Size;
        terminal.Draw(_screen.Lines(width, height));
    }

    private void Post(Action happened) => _happened.Writer.TryWrite(happened);

    // A daemon that does not answer may do so again; any other fault ends the loop too.
    private async Task ReadAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var reading = await ReadOnceAsync(stopping);
                Post(() => _screen.Take(reading));
                await _readNow.WaitAsync(interval ?? source.UsualInterval, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        finally
        {
            _happened.Writer.TryComplete();
        }
    }

    private async Task<MonitorReading> ReadOnceAsync(CancellationToken stopping)
    {
        var (name, reading) = (_wanted, new MonitorReading(source.Place, time.GetLocalNow(), time.GetElapsedTime(0)));
        try
        {
            var status = await source.StatusAsync(stopping);
            var flows = await source.FlowsAsync(stopping);
            return new MonitorReading(source.Place, time.GetLocalNow(), time.GetElapsedTime(0))
            {
                Status = status,
                Flows = flows.Error is null ? flows : null,
                Fault = flows.Error,
                Name = name,
                Flow = name is null ? null : await source.FlowAsync(name, stopping),
            };
        }
        catch (Exception e) when (e is DaemonException or TargetException)
        {
            return reading with { Fault = e.Message };
        }
    }
}
