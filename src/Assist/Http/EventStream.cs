using System.Globalization;
using System.Text;
using System.Text.Json;
using Assist.Control;
using Assist.Telemetry;

namespace Assist.Http;

/// <summary>Server-sent events (WHATWG HTML, 9.2): each fact as it comes. Whoever comes back with the id of the last
/// one goes on behind it, and learns how many he has lost.</summary>
internal sealed class EventStream(FlowEvents events, Func<TimeSpan> now, int places, TimeProvider time) : IDisposable
{
    public const string ContentType = "text/event-stream";

    private const int Batch = 256;

    // No reader costs more than so many batches, however many facts there are.
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(250);

    // Proxies close what is silent for a minute.
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _places = new(places, places);

    // What was written for one reader is there for the others; each slot is replaced as a whole.
    private readonly Written?[] _written = new Written?[FlowEvents.Capacity];

    // An id of another run of the daemon says nothing about the facts of this one.
    private readonly string _run =
        time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);

    public void Dispose() => _places.Dispose();

    /// <summary>Writes until the reader has gone. False where too many read already.</summary>
    public async Task<bool> TryServeAsync(WebCall call)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero)) return false;
        try
        {
            await ServeAsync(call);
            return true;
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task ServeAsync(WebCall call)
    {
        call.Begin(200, ContentType);
        // What a proxy would collect before it passes it on.
        call.ResponseHeaders["X-Accel-Buffering"] = "no";
        if (call.IsHead) return;
        var (cursor, isOfOtherRun) = CursorOf(call);
        var output = new MemoryStream();
        Write(output, "retry: 2000\n\n");
        if (isOfOtherRun) Write(output, "event: restarted\ndata: {}\n\n");
        while (true)
        {
            Add(output, ref cursor);
            if (output.Length == 0) Write(output, ":\n\n");
            await call.WriteAsync(output.GetBuffer().AsMemory(0, (int)output.Length));
            output.SetLength(0);
            await Task.Delay(s_between, time, call.Stopping);
            await ArrivedAsync(cursor, call.Stopping);
        }
    }

    // An id that is missing or of another run begins with what comes next, or with the last `back` facts.
    private (long Cursor, bool IsOfOtherRun) CursorOf(WebCall call)
    {
        var next = events.Next;
        var id = call.Header("Last-Event-ID") is { Length: > 0 } header ? header : call.Query("last_event_id") ?? "";
        if (id.Split('-') is [var run, var text] && run == _run && TryNumber(text, out var cursor))
            return (Math.Min(cursor, next), false);
        var back = id.Length > 0 ? FlowEvents.Capacity
            : TryNumber(call.Query("back"), out var asked) ? Math.Min(asked, FlowEvents.Capacity) : 0;
        return (Math.Max(0, next - back), id.Length > 0);
    }

    private static bool TryNumber(string? text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private void Add(MemoryStream output, ref long cursor)
    {
        var facts = events.Read(ref cursor, Batch, out var lost);
        if (lost > 0) Write(output, string.Create(
            CultureInfo.InvariantCulture, $"event: lost\ndata: {{\"lost\":{lost}}}\n\n"));
        var number = cursor - facts.Count;
        foreach (var fact in facts)
        {
            number++;
            if (!EventStatus.IsSum(fact)) output.Write(TextOf(fact, number));
        }
    }

    private byte[] TextOf(FlowEvent fact, long number)
    {
        ref var slot = ref _written[number % _written.Length];
        if (Volatile.Read(ref slot) is { } written && written.Number == number) return written.Text;
        var at = time.GetUtcNow().UtcDateTime - (now() - fact.At);
        var data = JsonSerializer.Serialize(EventStatus.Of(fact, at), ControlJson.Default.EventStatus);
        var text = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"id: {_run}-{number}\nevent: {EventStatus.Kind(fact)}\ndata: {data}\n\n"));
        Volatile.Write(ref slot, new Written(number, text));
        return text;
    }

    private static void Write(MemoryStream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));

    // Ends after a while in any case.
    private async Task ArrivedAsync(long cursor, CancellationToken stopping)
    {
        using var silence = new CancellationTokenSource(s_heartbeat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        try
        {
            await events.ArrivedAsync(cursor, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Nothing has happened; the reader is told that we are there.
        }
    }

    private sealed record Written(long Number, byte[] Text);
}
