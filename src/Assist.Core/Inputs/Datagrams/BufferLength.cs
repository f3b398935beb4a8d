namespace Assist.Inputs.Datagrams;

/// <summary>How many bytes a UDP socket should hold now. A long queue carries a burst over. While more comes for
/// seconds than can be handled it only makes every message old, and as many are lost all the same: then a short one
/// lets the newest through. Used by one thread.</summary>
/// <param name="full">What the configuration asks for, in bytes.</param>
internal sealed class BufferLength(int full)
{
    /// <summary>Some thousand logs: hundredths of a second's messages at the slowest rate that rules make of it, and
    /// longer than this thread is ever kept from its socket.</summary>
    public const int WhileOverloaded = 4 << 20;

    // Fewer are no overload: a burst that a short queue cannot hold, or datagrams with a bad checksum, which the kernel
    // counts too and which anybody can send.
    private const uint FewLost = 100;
    private const uint SmallShare = 10;

    // A burst that the full length could not hold is over by then.
    private const int LossesOfOverload = 2;
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(10);

    private int _losses;
    private TimeSpan _lostAt;

    /// <summary>Takes in what the last second was like.</summary>
    /// <param name="lost">Datagrams that the socket had no room for.</param>
    /// <param name="received">Datagrams that were taken from it.</param>
    public int After(uint lost, uint received, TimeSpan now)
    {
        if (lost > FewLost && lost > received / SmallShare)
        {
            _losses++;
            _lostAt = now;
        }
        // One second without does not end an overload, and does end a burst.
        else if (_losses < LossesOfOverload || now - _lostAt >= s_calm)
        {
            _losses = 0;
        }
        return _losses >= LossesOfOverload ? Math.Min(WhileOverloaded, full) : full;
    }
}
