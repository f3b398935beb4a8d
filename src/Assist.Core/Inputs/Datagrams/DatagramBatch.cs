using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Assist.Addresses;

namespace Assist.Inputs.Datagrams;

/// <summary>Up to 64 datagrams taken with one system call. One per socket, used by one thread.</summary>
internal sealed unsafe partial class DatagramBatch
{
    public const int Capacity = 64;

    // Holds any datagram: 65,507 bytes over IPv4, 65,527 over IPv6.
    private const int SlotLength = 64 << 10;

    // Not a power of two: messages are short, and at distances of 64 KiB their beginnings would all share the same few
    // places of the processor's caches.
    private const int SlotDistance = SlotLength + 1088;
    private const int NameLength = 28;   // sizeof(struct sockaddr_in6)
    private const int MsgWaitForOne = 0x10000;
    private const ushort AfInet = 2;
    private const ushort AfInet6 = 10;

    // Never cleared and, but for the pages that datagrams really reached, never resident: 4 MiB of addresses, not of
    // memory. Pinned, because the kernel keeps the addresses below.
    private readonly byte[] _data = GC.AllocateUninitializedArray<byte>(Capacity * SlotDistance, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Capacity * NameLength, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(Capacity, pinned: true);
    private readonly Header[] _headers = GC.AllocateArray<Header>(Capacity, pinned: true);
    private readonly SocketAddress _managedName = new(AddressFamily.InterNetworkV6);
    private bool _managed;

    /// <param name="managed">Receive one by one without recvmmsg, as where the C library has none.</param>
    public DatagramBatch(bool managed = false)
    {
        _managed = managed;
        for (var i = 0; i < Capacity; i++)
        {
            _vectors[i] = new IoVector
            {
                Base = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_data, i * SlotDistance),
                Length = SlotLength,
            };
            _headers[i].Message = new MessageHeader
            {
                Name = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_names, i * NameLength),
                NameLength = NameLength,
                Vectors = (IoVector*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, i),
                VectorCount = 1,
                Control = null,
                ControlLength = 0,
                Flags = 0,
            };
        }
    }

    /// <summary>Valid until the next receive.</summary>
    public ReadOnlyMemory<byte> this[int index] => _data.AsMemory(index * SlotDistance, (int)_headers[index].Length);

    /// <summary>The sender, read from the bytes of the socket address: no object, no text, before anything is parsed.
    /// An IPv4 sender on a dual-stack socket is an IPv4 address.</summary>
    public IpAddr Sender(int index)
    {
        ReadOnlySpan<byte> name = _names.AsSpan(index * NameLength, NameLength);
        return MemoryMarshal.Read<ushort>(name) switch
        {
            AfInet => IpAddr.V4(BinaryPrimitives.ReadUInt32BigEndian(name[4..])),
            AfInet6 => IpAddr.V6(BinaryPrimitives.ReadUInt128BigEndian(name[8..])),
            _ => default,
        };
    }

    /// <summary>Waits for the first datagram as long as the socket's receive timeout says, then takes what is
    /// there.</summary>
    public int Receive(Socket socket, out SocketError error)
    {
        if (_managed) return ReceiveOne(socket, out error);
        try
        {
            return ReceiveMany(socket.SafeHandle, out error);
        }
        catch (EntryPointNotFoundException)
        {
            _managed = true;
            return ReceiveOne(socket, out error);
        }
    }

    private int ReceiveMany(SafeSocketHandle socket, out SocketError error)
    {
        for (var i = 0; i < Capacity; i++) _headers[i].Message.NameLength = NameLength;
        var received = ReceiveMessages(
            socket, (Header*)Marshal.UnsafeAddrOfPinnedArrayElement(_headers, 0), Capacity, MsgWaitForOne, 0);
        error = received < 0 ? Errno.ToSocketError(Marshal.GetLastPInvokeError()) : SocketError.Success;
        // After a shutdown every slot is "received" at once: empty, and without a sender, as no datagram is.
        while (received > 0 && _headers[received - 1].Message.NameLength == 0) received--;
        return Math.Max(received, 0);
    }

    private int ReceiveOne(Socket socket, out SocketError error)
    {
        error = SocketError.TimedOut;
        try
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(socket.ReceiveTimeout), SelectMode.SelectRead)) return 0;
            _managedName.Size = NameLength;
            var length = socket.ReceiveFrom(_data.AsSpan(0, SlotLength), SocketFlags.None, _managedName);
            error = SocketError.Success;
            _managedName.Buffer.Span[..NameLength].CopyTo(_names);
            _headers[0].Length = (uint)length;
            return length > 0 ? 1 : 0;
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMessages(
        SafeSocketHandle socket, Header* headers, uint count, int flags, nint timeout);

    // struct iovec
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    // struct msghdr
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct mmsghdr; nested, because the padding of the inner one counts.
    private struct Header
    {
        public MessageHeader Message;
        public uint Length;
    }
}
