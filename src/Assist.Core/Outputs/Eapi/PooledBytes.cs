using System.Buffers;

namespace Assist.Outputs.Eapi;

/// <summary>Bytes in an array that is lent: the flow table of a switch takes half a megabyte and more, is looked at
/// after every change, and would otherwise be a large object for the collector each time.</summary>
internal sealed class PooledBytes : IDisposable
{
    // What a length alone may take.
    private const int Beginning = 1 << 20;

    private byte[]? _array;
    private int _length;

    private PooledBytes(int capacity) => _array = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, _length);

    /// <param name="expected">How many bytes there will be, where that is known.</param>
    /// <exception cref="InvalidDataException">There are more than <paramref name="most"/>.</exception>
    public static async Task<PooledBytes> ReadAsync(
        Stream stream, long? expected, int most, CancellationToken cancellation)
    {
        // One more than there are, to see the end without growing.
        var bytes = new PooledBytes((int)Math.Clamp(expected + 1 ?? 0, 4096, Beginning));
        try
        {
            int read;
            while ((read = await stream.ReadAsync(bytes.Free(), cancellation)) > 0)
                if ((bytes._length += read) > most) throw new InvalidDataException($"more than {most} bytes");
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_array is null) return;
        ArrayPool<byte>.Shared.Return(_array);
        _array = null;
    }

    private Memory<byte> Free()
    {
        if (_length == _array!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * _length);
            _array.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }
        return _array.AsMemory(_length);
    }
}
