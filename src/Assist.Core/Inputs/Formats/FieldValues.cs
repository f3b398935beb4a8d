using System.Runtime.CompilerServices;
using Assist.Addresses;

namespace Assist.Inputs.Formats;

/// <summary>Text of a log as values, strictly: what is not exactly one is refused. Empty text is an unknown
/// value.</summary>
internal static class FieldValues
{
    // Empty, 0.0.0.0 and :: say that there is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAddress(ReadOnlySpan<byte> text, out IpAddr address)
    {
        address = default;
        if (text.IsEmpty || text.SequenceEqual("0.0.0.0"u8)) return true;
        if (!IpAddr.TryParse(text, out address)) return false;
        if (!address.IsKnown) address = default;
        return true;
    }

    public static bool TryProtocol(ReadOnlySpan<byte> text, out IpProtocol protocol)
    {
        protocol = default;
        return text.IsEmpty || IpProtocol.TryParse(text, out protocol);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPort(ReadOnlySpan<byte> text, out ushort port)
    {
        port = 0;
        return text.IsEmpty || TryNumber(text, ushort.MaxValue, out port);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryNumber(ReadOnlySpan<byte> digits, int max, out ushort number)
    {
        number = 0;
        if (digits.Length is < 1 or > 5) return false;
        var value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit((char)c)) return false;
            value = value * 10 + (c - '0');
        }
        number = value <= max ? (ushort)value : (ushort)0;
        return value <= max;
    }

    public static bool Differs(IpAddr translated, IpAddr original) => translated.IsKnown && translated != original;

    public static bool Differs(ushort translated, ushort original) => translated != 0 && translated != original;
}
