using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Assist.Inputs.Datagrams;

/// <summary>The filter of a socket (socket(7), SO_ATTACH_FILTER).</summary>
internal static class SocketFilter
{
    private const int SolSocket = 1;
    private const int SoAttachFilter = 26;
    private const ushort ReturnConstant = 6;   // BPF_RET | BPF_K: how many bytes of the packet to keep

    /// <summary>Lets nothing more into a socket; what it holds can still be read. Where the kernel refuses the
    /// filter, the socket goes on filling while it is emptied.</summary>
    public static unsafe void RefuseMore(Socket socket)
    {
        var refuse = new FilterStep { Code = ReturnConstant, Value = 0 };
        var filter = new Filter { Length = 1, Steps = &refuse };
        try
        {
            socket.SetRawSocketOption(
                SolSocket, SoAttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<Filter>(in filter)));
        }
        catch (SocketException)
        {
        }
    }

    // struct sock_filter
    private struct FilterStep
    {
        public ushort Code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint Value;
    }

    // struct sock_fprog
    private unsafe struct Filter
    {
        public ushort Length;
        public FilterStep* Steps;
    }
}
