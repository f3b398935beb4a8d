using System.IO.Compression;

namespace Assist.Commands;

/// <summary>The files of a replay, one after the other, unpacked where they are gzip.</summary>
internal sealed class ReplayInput(IReadOnlyList<string> files)
{
    private readonly long? _length = LengthOf(files);
    private long _before;
    private Stream? _current;

    /// <summary>How far reading is, from 0 to 1; null where nobody knows the length.</summary>
    public double? Share => _length is { } length and > 0 && _current is { CanSeek: true } current
        ? (double)(_before + current.Position) / length : null;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            await using var stored = ExplainCommand.Open(file);
            _current = stored;
            await using var text = Unpacked(stored);
            await using var lines = LogLines.ReadAsync(text, cancellation).GetAsyncEnumerator(cancellation);
            while (await NextAsync(lines, file)) yield return lines.Current;
            if (stored.CanSeek) _before += stored.Length;
            _current = null;
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> lines, string file)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new CommandException($"{file}: {e.Message}", ExitCode.Failed);
        }
    }

    // By its first bytes (RFC 1952): a rotated log may have any name.
    private static Stream Unpacked(Stream stored)
    {
        if (!stored.CanSeek) return stored;
        Span<byte> start = stackalloc byte[2];
        var isGzip = stored.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == 2
            && start is [0x1f, 0x8b];
        stored.Position = 0;
        return isGzip ? new GZipStream(stored, CompressionMode.Decompress) : stored;
    }

    private static long? LengthOf(IReadOnlyList<string> files)
    {
        var found = files.Select(file => new FileInfo(file)).ToList();
        return found.TrueForAll(file => file.Exists) ? found.Sum(file => file.Length) : null;
    }
}

/// <summary>How far a replay is, on standard error where that is a terminal: one line that is written over.</summary>
internal sealed class ReplayProgress(ReplayInput input, TimeProvider time)
{
    private const int LookEvery = 2048;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly bool _isShown = !Console.IsErrorRedirected;
    private long _shownAt = time.GetTimestamp();
    private bool _hasShown;

    public void Note(long messages, DateTime? at)
    {
        if (!_isShown || messages % LookEvery != 0 || time.GetElapsedTime(_shownAt) < s_interval) return;
        (_shownAt, _hasShown) = (time.GetTimestamp(), true);
        var share = input.Share is { } part ? $"{part:P0} " : "";
        Console.Error.Write($"\r{share}{messages} messages, {at:yyyy-MM-dd HH:mm:ss} UTC  ");
    }

    public void End()
    {
        if (_hasShown) Console.Error.Write("\r\e[K");
    }
}
