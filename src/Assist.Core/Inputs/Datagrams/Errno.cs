using System.Net.Sockets;

namespace Assist.Inputs.Datagrams;

/// <summary>What a failed receive means for the loop.</summary>
internal static class Errno
{
    // asm-generic/errno.h, the numbers of every architecture EOS runs on.
    private const int Eintr = 4;
    private const int Eagain = 11;
    private const int Enomem = 12;
    private const int Enobufs = 105;
    private const int Econnrefused = 111;
    private const int Ebadf = 9;
    private const int Efault = 14;
    private const int Einval = 22;
    private const int Enotsock = 88;

    public static SocketError ToSocketError(int errno) => errno switch
    {
        Eintr => SocketError.Interrupted,
        Eagain => SocketError.TimedOut,
        Enomem or Enobufs => SocketError.NoBufferSpaceAvailable,
        Econnrefused => SocketError.ConnectionRefused,
        Ebadf or Enotsock => SocketError.NotSocket,
        Efault => SocketError.Fault,
        Einval => SocketError.InvalidArgument,
        _ => SocketError.SocketError,
    };

    /// <summary>The socket itself is unusable: receiving again can only fail again.</summary>
    public static bool IsFatal(SocketError error) => error is
        SocketError.NotSocket or SocketError.Fault or SocketError.InvalidArgument or SocketError.OperationNotSupported;

    /// <summary>An ordinary end of waiting; ECONNREFUSED is an ICMP answer to something once sent from this
    /// socket.</summary>
    public static bool IsHarmless(SocketError error) => error is
        SocketError.Success or SocketError.TimedOut or SocketError.WouldBlock or SocketError.Interrupted
        or SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted;
}
