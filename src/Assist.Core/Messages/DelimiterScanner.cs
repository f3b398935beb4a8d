using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Assist.Messages;

/// <summary>Finds commas, quotes, line feeds and NULs of a text, 64 bytes at a time: a log has a hundred fields of few bytes, and a
/// search that starts anew for each of them costs more than all the rest of a message.</summary>
internal ref struct DelimiterScanner
{
    private const int BlockLength = 64;

    private readonly ReadOnlySpan<byte> _text;

    // A bit for each delimiter of the block that was not given yet.
    private ulong _hits;
    private int _block;

    public DelimiterScanner(ReadOnlySpan<byte> text, int start)
    {
        _text = text;
        SkipTo(start);
    }

    /// <summary>Goes on from there.</summary>
    public void SkipTo(int at)
    {
        _block = at;
        _hits = at < _text.Length ? HitsAt(at) : 0;
    }

    /// <summary>Writes fields, each up to the comma behind it, until another delimiter or no room is left. Gives their
    /// number, and in <paramref name="start"/> where the next field begins.</summary>
    public int ReadFields(Span<FieldPlace> fields, ref int start, out int longest)
    {
        var text = _text;
        var (hits, block, from, count) = (_hits, _block, start, 0);
        longest = 0;
        while (count < fields.Length)
        {
            if (hits == 0)
            {
                if (text.Length - block <= BlockLength) break;
                block += BlockLength;
                hits = HitsAt(block);
                continue;
            }
            var end = block + BitOperations.TrailingZeroCount(hits);
            if (text[end] != ',') break;
            hits &= hits - 1;
            fields[count++] = new FieldPlace(from, end - from);
            longest = Math.Max(longest, end - from);
            from = end + 1;
        }
        (_hits, _block, start) = (hits, block, from);
        return count;
    }

    private readonly ulong HitsAt(int start)
    {
        var left = _text.Length - start;
        if (left >= BlockLength) return Hits(start);
        // The last block of the text holds the rest, behind what is known already.
        if (_text.Length >= BlockLength) return Hits(_text.Length - BlockLength) >> (BlockLength - left);
        var hits = 0UL;
        for (var i = 0; i < left; i++)
            if (_text[start + i] is (byte)',' or (byte)'\n' or (byte)'"' or 0) hits |= 1UL << i;
        return hits;
    }

    private readonly ulong Hits(int start)
    {
        // Within the text: the callers leave a whole block.
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(_text), start);
        return Hits(Vector256.LoadUnsafe(ref first)) | (ulong)Hits(Vector256.LoadUnsafe(ref first, 32)) << 32;
    }

    private static uint Hits(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create((byte)',')) | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256<byte>.Zero)).ExtractMostSignificantBits();
}
