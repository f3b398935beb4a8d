using System.Net.Sockets;

namespace Assist.Inputs.Syslog;

/// <summary>The bytes of a connection as they come from the kernel, below TLS. It remembers what TLS does not tell. Not
/// a NetworkStream, because one that is derived from copies every read through a second buffer.</summary>
/// <param name="rest">Waits for <see cref="Pace.Rest"/>.</param>
internal sealed class WireStream(Socket socket, Action rest) : Stream
{
    // Held while something is computed between reads and writes, and given away while the peer is waited for.
    private SemaphoreSlim? _turn;

    /// <summary>The peer's FIN was read. A TLS stream that ends with this and without close_notify may have been cut by
    /// somebody else (RFC 8446 6.1).</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Let bytes gather for <see cref="Pace.Rest"/> where more are asked for and the kernel has none:
    /// whoever asks has handled every whole message that it had, also those that TLS had read ahead.</summary>
    public bool MayRest { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits for bytes, but not for none of them: with those SslStream asks before each read whether there is
    /// anything, to have no buffer while it waits, and the kernel would be asked twice for every record. The price is
    /// that buffer, 32 KiB for each connection.</summary>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        try
        {
            if (MayRest && socket.Available == 0) rest();
            var count = Receive(buffer);
            HasEnded = count == 0;
            return count;
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Send(buffer);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Until it is disposed, what happens between reads and writes waits for a turn; waiting for the peer
    /// takes none.</summary>
    public IDisposable TakeTurns(SemaphoreSlim turns)
    {
        turns.Wait();
        _turn = turns;
        return new Turn(this);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    private int Receive(Span<byte> buffer)
    {
        _turn?.Release();
        try
        {
            return socket.Receive(buffer);
        }
        finally
        {
            _turn?.Wait();
        }
    }

    private void Send(ReadOnlySpan<byte> buffer)
    {
        _turn?.Release();
        try
        {
            // A blocking socket sends all of it.
            socket.Send(buffer);
        }
        finally
        {
            _turn?.Wait();
        }
    }

    private sealed class Turn(WireStream wire) : IDisposable
    {
        public void Dispose()
        {
            wire._turn!.Release();
            wire._turn = null;
        }
    }
}
