using Assist.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Assist.Tests.Logging;

public sealed class LogQueueTests
{
    [Fact]
    public async Task Nobody_who_logs_waits_for_a_sink_that_takes_nothing_and_what_was_left_out_is_told_in_its_place()
    {
        using var sink = new Gate();
        using var queue = new LogQueue(sink, "test");
        using var log = new LoggerConfiguration().WriteTo.Sink(queue).CreateLogger();
        log.Information("first");
        await Await.Until(() => sink.HasCaller, "the first line is being written");

        for (var i = 0; i < LogQueue.Capacity + 7; i++) log.Information("line");
        Assert.Equal(7, queue.LeftOut);
        sink.Open();
        await Await.Until(() => sink.Lines.Length == LogQueue.Capacity + 2, "all that was kept is written");
        log.Information("last");
        await Await.Until(() => sink.Lines.Length == LogQueue.Capacity + 3, "the last line is written");

        Assert.Equal("line", sink.Lines[^3]);
        Assert.StartsWith("7 lines of this log were left out", sink.Lines[^2], StringComparison.Ordinal);
        Assert.Equal("last", sink.Lines[^1]);
        Assert.Equal(0, queue.LeftOut);
    }

    [Fact]
    public void What_waits_is_written_before_it_ends()
    {
        using var sink = new Gate();
        sink.Open();
        var queue = new LogQueue(sink, "test");
        using (var log = new LoggerConfiguration().WriteTo.Sink(queue).CreateLogger())
            for (var i = 0; i < 1000; i++) log.Information("{Number}", i);

        queue.Dispose();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), sink.Lines);
    }

    [Fact]
    public async Task It_ends_although_its_sink_takes_nothing()
    {
        using var sink = new Gate();
        var queue = new LogQueue(sink, "test");
        using var log = new LoggerConfiguration().WriteTo.Sink(queue).CreateLogger();
        log.Information("first");

        await Task.Run(queue.Dispose).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Empty(sink.Lines);
    }

    /// <summary>A sink that takes nothing until it is opened.</summary>
    private sealed class Gate : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim _open = new(false);
        private readonly Lock _gate = new();
        private readonly List<string> _lines = [];

        public bool HasCaller { get; private set; }

        public string[] Lines
        {
            get
            {
                lock (_gate) return [.. _lines];
            }
        }

        public void Open() => _open.Set();

        public void Emit(LogEvent logEvent)
        {
            HasCaller = true;
            _open.Wait();
            lock (_gate) _lines.Add(logEvent.RenderMessage(null));
        }

        // The thread that still waits gets its way, or its end with the process.
        public void Dispose() => _open.Set();
    }
}
