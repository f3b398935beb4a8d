using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Assist.Inputs.Formats.Csv;

/// <summary>Finds the commas of a text, 64 bytes at a time, up to the first quote, line feed or NUL: a log has a
/// hundred fields of few bytes, and a search that starts anew for each of them costs more than all the rest of a
/// message.</summary>
internal static class DelimiterScanner
{
    private const int BlockLength = 64;

    /// <summary>Writes fields, each up to the comma behind it, until another delimiter or no room is left. Gives their
    /// number, in <paramref name="at"/> where the next field begins, and in <paramref name="longest"/> the length of
    /// the longest, or of some field where none is longer than a block.</summary>
    public static int ReadFields(ReadOnlySpan<byte> text, ref int at, Span<FieldPlace> fields, out int longest)
    {
        var (start, count) = (at, 0);
        longest = 0;
        for (var block = at; block < text.Length && count < fields.Length; block += BlockLength)
        {
            var hits = HitsAt(text, block);
            count += ReadBlock(hits.Commas, block, fields[count..], ref start, ref longest);
            if (hits.IsLast) break;
        }
        at = start;
        return count;
    }

    // A method of its own: inlined, its counters would not stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadBlock(ulong commas, int block, Span<FieldPlace> fields, ref int next, ref int longest)
    {
        if (commas == 0) return 0;
        var start = next;
        // Only the first can have begun in a block before.
        longest = Math.Max(longest, block + BitOperations.TrailingZeroCount(commas) - start);
        var count = 0;
        while (count < fields.Length)
        {
            var end = block + BitOperations.TrailingZeroCount(commas);
            fields[count++] = new FieldPlace(start, end - start);
            start = end + 1;
            commas &= commas - 1;
            if (commas == 0) break;
        }
        next = start;
        return count;
    }

    /// <summary>Finds the field that comes after <paramref name="fields"/> others, and is itself followed by a comma,
    /// without looking at those; false where another delimiter comes first.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> text, int at, int fields, out FieldPlace place)
    {
        var start = fields == 0 ? at : -1;
        for (var block = at; block < text.Length; block += BlockLength)
        {
            var (commas, isLast) = HitsAt(text, block);
            var found = BitOperations.PopCount(commas);
            if (start < 0 && found >= fields)
            {
                commas = WithoutFirst(commas, fields - 1);
                start = block + BitOperations.TrailingZeroCount(commas) + 1;
                commas &= commas - 1;
            }
            if (start >= 0 && commas != 0)
            {
                place = new FieldPlace(start, block + BitOperations.TrailingZeroCount(commas) - start);
                return true;
            }
            if (isLast) break;
            fields -= found;
        }
        place = default;
        return false;
    }

    private static ulong WithoutFirst(ulong commas, int count)
    {
        // Empty columns come in runs, with a comma in every byte.
        var lower = BitOperations.PopCount((uint)commas);
        if (count >= lower) (commas, count) = (commas & 0xffff_ffff_0000_0000, count - lower);
        for (; count > 0; count--) commas &= commas - 1;
        return commas;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Hits HitsAt(ReadOnlySpan<byte> text, int start)
    {
        var left = text.Length - start;
        return left >= BlockLength ? HitsOfBlock(text, start, 0) : HitsOfRest(text, start, left);
    }

    private static Hits HitsOfRest(ReadOnlySpan<byte> text, int start, int left)
    {
        // The last block of the text holds the rest, behind what is known already.
        if (text.Length >= BlockLength) return HitsOfBlock(text, text.Length - BlockLength, BlockLength - left);
        ulong commas = 0, others = 0;
        for (var i = 0; i < left; i++)
        {
            if (text[start + i] is (byte)',') commas |= 1UL << i;
            if (text[start + i] is (byte)'\n' or (byte)'"' or 0) others |= 1UL << i;
        }
        return Hits.Of(commas, others);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Hits HitsOfBlock(ReadOnlySpan<byte> text, int start, int known)
    {
        // Within the text: the callers leave a whole block.
        var bytes = Vector512.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start));
        var commas = Vector512.Equals(bytes, Vector512.Create((byte)',')).ExtractMostSignificantBits();
        var others = (Vector512.Equals(bytes, Vector512.Create((byte)'\n'))
            | Vector512.Equals(bytes, Vector512.Create((byte)'"'))
            | Vector512.Equals(bytes, Vector512<byte>.Zero)).ExtractMostSignificantBits();
        return Hits.Of(commas >> known, others >> known);
    }

    /// <summary>A bit for each comma before the first other delimiter.</summary>
    /// <param name="IsLast">There is such another one.</param>
    private readonly record struct Hits(ulong Commas, bool IsLast)
    {
        public static Hits Of(ulong commas, ulong others) =>
            others == 0 ? new Hits(commas, false) : new Hits(commas & ((others & (0 - others)) - 1), true);
    }
}
