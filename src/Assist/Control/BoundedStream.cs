namespace Assist.Control;

/// <summary>Ends after so many bytes, so that a caller cannot make the daemon keep more.</summary>
internal sealed class BoundedStream(Stream inner, int limit) : Stream
{
    private int _left = limit;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Taken(inner.Read(buffer, offset, Math.Min(count, _left)));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _left == 0 ? 0 : Taken(await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Taken(int count)
    {
        _left -= count;
        return count;
    }
}
