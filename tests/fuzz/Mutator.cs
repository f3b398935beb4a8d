using System.Buffers.Text;
using System.Text;

namespace Assist.Fuzz;

/// <summary>Changes messages as attackers, relays and cut datagrams do. The same seed makes the same
/// messages.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> corpus)
{
    private static readonly string[] s_pieces =
    [
        "\"", "\\\"", "\\", "=", "\\=", ",", "|", "\t", ";", "]", "[", ":\"", "\n", "\r", "\0", " ", "  ", "{",
        "<14>", "CEF:0|",
        "LEEF:1.0|", "0|", ",TRAFFIC,", " src=198.51.100.66 ", " dst=198.51.100.67 ", "|src=198.51.100.66|",
        "\" srcip=198.51.100.66 \"", " srcip=198.51.100.66 ", " action=accept ", " act=allow ",
        "|action=allow|", " proto=17 ",
        "src:\"198.51.100.66\"; ", "::", "0.0.0.0", "65536", "4294967299", "\u00ff", "\ufeff", "%n", "255.255.255.255",
    ];

    public byte[] Next()
    {
        var message = (byte[])Pick(corpus).Clone();
        for (var i = random.Next(4); i >= 0; i--) message = Mutate(message);
        return message;
    }

    private byte[] Mutate(byte[] message) => random.Next(9) switch
    {
        0 => message[..At(message)],
        1 => Changed(message),
        2 => Inserted(message, Encoding.UTF8.GetBytes(s_pieces[random.Next(s_pieces.Length)])),
        3 => [.. message.AsSpan(0, At(message)), .. Slice(Pick(corpus))],
        4 => Inserted(message, Slice(message)),
        5 => Inserted(message, Repeated()),
        6 => Without(message),
        7 => DoubledPair(message),
        _ => NewNumber(message),
    };

    private byte[] Changed(byte[] message)
    {
        if (message.Length > 0) message[random.Next(message.Length)] = (byte)random.Next(256);
        return message;
    }

    private byte[] Without(byte[] message)
    {
        var (from, to) = (At(message), At(message));
        return [.. message.AsSpan(0, Math.Min(from, to)), .. message.AsSpan(Math.Max(from, to))];
    }

    private byte[] Repeated()
    {
        var piece = Encoding.UTF8.GetBytes(s_pieces[random.Next(s_pieces.Length)]);
        return [.. Enumerable.Range(0, 1 << random.Next(10)).SelectMany(_ => piece)];
    }

    /// <summary>Copies what stands between two separators to another separator.</summary>
    private byte[] DoubledPair(byte[] message)
    {
        ReadOnlySpan<byte> separators = " ,|;"u8;
        var start = message.AsSpan(At(message)).IndexOfAny(separators);
        var from = message.Length - (start < 0 ? 0 : message.AsSpan(At(message)).Length);
        var length = message.AsSpan(Math.Min(from + 1, message.Length)).IndexOfAny(separators);
        return length < 0 ? message : Inserted(message, message.AsSpan(from, length + 1).ToArray());
    }

    private byte[] NewNumber(byte[] message)
    {
        var at = message.AsSpan(At(message)).IndexOfAnyInRange((byte)'0', (byte)'9');
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(random.NextInt64() >> random.Next(64), digits, out var length);
        return at < 0 ? message : [.. message.AsSpan(0, at), .. digits[..length], .. message.AsSpan(at)];
    }

    private byte[] Inserted(byte[] message, byte[] piece)
    {
        var at = At(message);
        return [.. message.AsSpan(0, at), .. piece, .. message.AsSpan(at)];
    }

    private byte[] Slice(byte[] message)
    {
        var (from, to) = (At(message), At(message));
        return message[Math.Min(from, to)..Math.Max(from, to)];
    }

    private int At(byte[] message) => random.Next(message.Length + 1);

    private byte[] Pick(IReadOnlyList<byte[]> from) => from[random.Next(from.Count)];
}
