using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Assist.Logging;

/// <summary>Lines on their way to one sink, which a thread of its own writes: whoever logs never waits for a disk or
/// for the reader of a pipe. Lines that find the queue full are left out, and their number is written in their
/// place.</summary>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    /// <summary>Lines that wait while as many are being written: a burst of flows from a cold start fits.</summary>
    public const int Capacity = 4096;

    // A sink that does not take lines must not keep the process alive either.
    private static readonly TimeSpan s_flush = TimeSpan.FromSeconds(1);

    private static readonly MessageTemplate s_leftOut = new MessageTemplateParser().Parse(
        "{Count} lines of this log were left out: they came faster than they could be written");

    private readonly ILogEventSink _sink;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly Thread _writer;

    // Guarded by the gate, as short as a line is added or the queue is taken over.
    private List<LogEvent> _waiting = [];
    private long _leftOut;
    private bool _isClosed;

    public LogQueue(ILogEventSink sink, string name)
    {
        _sink = sink;
        _writer = new Thread(Run) { Name = $"log to {name}", IsBackground = true };
        _writer.Start();
    }

    /// <summary>Lines that were left out and are not told yet; 0 while the sink keeps up.</summary>
    public long LeftOut
    {
        get
        {
            lock (_gate) return _leftOut;
        }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            if (_waiting.Count >= Capacity)
            {
                _leftOut++;
                return;
            }
            _waiting.Add(logEvent);
            if (_waiting.Count > 1) return;
        }
        _arrived.Set();
    }

    /// <summary>Writes what waits, unless the sink does not take it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
        }
        _arrived.Set();
        // The thread may be in the sink for ever; it then needs what it waits on.
        if (_writer.Join(s_flush)) _arrived.Dispose();
    }

    private void Run()
    {
        List<LogEvent> lines = [];
        while (Take(ref lines, out var leftOut))
        {
            foreach (var line in lines) _sink.Emit(line);
            // Nothing was added after the first line was left out, so this is the place of those that were.
            if (leftOut > 0) _sink.Emit(Told(leftOut));
            lines.Clear();
        }
    }

    private bool Take(ref List<LogEvent> lines, out long leftOut)
    {
        while (true)
        {
            lock (_gate)
            {
                leftOut = _leftOut;
                if (_waiting.Count > 0)
                {
                    (_waiting, lines) = (lines, _waiting);
                    _leftOut = 0;
                    return true;
                }
                if (_isClosed) return false;
            }
            _arrived.WaitOne();
        }
    }

    private static LogEvent Told(long leftOut) => new(
        TimeProvider.System.GetLocalNow(), LogEventLevel.Warning, exception: null, s_leftOut,
        [new LogEventProperty("Count", new ScalarValue(leftOut))]);
}
