using System.Text;

namespace Assist.Eos;

/// <summary>Head of one HTTP request, and its body.</summary>
internal sealed record HttpRequest(string Method, string Path, Dictionary<string, string> Headers, byte[] Body)
{
    /// <summary>HTTP/1.1 keeps the connection unless the client says otherwise.</summary>
    public bool Closes =>
        Headers.GetValueOrDefault("Connection", "").Equals("close", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Why a request could not be read; the connection ends after the answer.</summary>
internal sealed class BadHttp(int status, string text) : Exception(text)
{
    public int Status => status;
}

/// <summary>Reads HTTP/1.1 requests with Content-Length from a stream, one after the other.</summary>
internal sealed class HttpReader(Stream stream, int bodyLimit)
{
    private const int HeadLimit = 16 * 1024;
    private static readonly byte[] s_continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    private byte[] _buffer = new byte[HeadLimit];
    private int _filled;

    /// <summary>The next request; null when the client closed the connection between two.</summary>
    public async Task<HttpRequest?> ReadAsync(CancellationToken cancel)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_filled == HeadLimit) throw new BadHttp(431, "Request header too large");
            if (await FillAsync(cancel)) continue;
            return _filled == 0 ? null : throw new BadHttp(400, "Bad Request");
        }

        var head = ParseHead(Encoding.ASCII.GetString(_buffer, 0, end));
        Consume(end + 4);
        return head with { Body = await ReadBodyAsync(head, cancel) };
    }

    private static HttpRequest ParseHead(string text)
    {
        var lines = text.Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
            throw new BadHttp(400, "Bad Request");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..])
        {
            if (line.Split(':', 2) is not [{ Length: > 0 } name, var value] || name.Contains(' '))
                throw new BadHttp(400, "Bad Request");
            // Two different lengths are a way to hide a second request.
            var again = !headers.TryAdd(name, value.Trim());
            if (again && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                throw new BadHttp(400, "Bad Request");
        }

        return new HttpRequest(method, target.Split('?')[0], headers, []);
    }

    private async Task<byte[]> ReadBodyAsync(HttpRequest head, CancellationToken cancel)
    {
        if (head.Headers.ContainsKey("Transfer-Encoding")) throw new BadHttp(411, "Length Required");
        if (!head.Headers.TryGetValue("Content-Length", out var text)) return [];
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, null, out var length))
            throw new BadHttp(400, "Bad Request");
        if (length > bodyLimit) throw new BadHttp(413, "Request Entity Too Large");
        // curl asks before it sends a large body.
        if (head.Headers.GetValueOrDefault("Expect") == "100-continue") await stream.WriteAsync(s_continue, cancel);
        var body = new byte[length];
        var had = Math.Min(length, _filled);
        _buffer.AsSpan(0, had).CopyTo(body);
        Consume(had);
        await stream.ReadExactlyAsync(body.AsMemory(had), cancel);
        return body;
    }

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        var read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancel);
        _filled += read;
        return read > 0;
    }

    private void Consume(int count)
    {
        _buffer = [.. _buffer[count..], .. new byte[count]];
        _filled -= count;
    }
}
