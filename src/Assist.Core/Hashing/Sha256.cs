using System.Buffers.Binary;
using System.Numerics;

namespace Assist.Hashing;

/// <summary>SHA-256 (FIPS 180-4) for names and for checksums of files, some kilobytes at a time. The base library's
/// needs OpenSSL: a daemon without TLS would load it for a name alone, which doubles its time to ready and costs some
/// megabytes, and would fail where there is none.</summary>
public static class Sha256
{
    public const int Bytes = 32;

    private const int Block = 64;
    private const int LengthBytes = 8;

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        // The same of the square roots of the first 8 primes.
        Span<uint> state =
        [
            0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
        ];
        var rest = data;
        for (; rest.Length >= Block; rest = rest[Block..]) Mix(state, rest[..Block]);
        // A one bit, zeros, and the length in bits: one block more, or two.
        Span<byte> end = stackalloc byte[2 * Block];
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        end = end[..(rest.Length + 1 + LengthBytes <= Block ? Block : 2 * Block)];
        BinaryPrimitives.WriteUInt64BigEndian(end[^LengthBytes..], (ulong)data.Length * 8);
        for (; end.Length > 0; end = end[Block..]) Mix(state, end[..Block]);

        var hash = new byte[Bytes];
        for (var i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * i), state[i]);
        return hash;
    }

    // FIPS 180-4, 6.2.2.
    private static void Mix(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[64];
        for (var t = 0; t < 16; t++) words[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (var t = 16; t < 64; t++)
            words[t] = Small(words[t - 2], 17, 19, 10) + words[t - 7] + Small(words[t - 15], 7, 18, 3) + words[t - 16];
        var (a, b, c, d, e, f, g, h) =
            (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var t = 0; t < 64; t++)
        {
            var one = h + Big(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + Constants[t] + words[t];
            var two = Big(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + one, c, b, a, one + two);
        }
        Span<uint> mixed = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < state.Length; i++) state[i] += mixed[i];
    }

    private static uint Big(uint x, int one, int two, int three) =>
        BitOperations.RotateRight(x, one) ^ BitOperations.RotateRight(x, two) ^ BitOperations.RotateRight(x, three);

    private static uint Small(uint x, int one, int two, int shift) =>
        BitOperations.RotateRight(x, one) ^ BitOperations.RotateRight(x, two) ^ (x >> shift);
}
