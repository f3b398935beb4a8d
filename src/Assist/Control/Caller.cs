using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Assist.Control;

/// <summary>The process at the other end of a unix socket, as the kernel says (unix(7), SO_PEERCRED).</summary>
internal readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId)
{
    // Of x64 Linux: SOL_SOCKET, SO_PEERCRED and SO_PEERGROUPS, and a struct ucred: process, user and group, 4 bytes
    // each.
    private const int SocketLevel = 1;
    private const int Option = 17;
    private const int GroupsOption = 59;
    private const int Length = 12;

    // NGROUPS_MAX (credentials(7))
    private const int MostGroups = 65_536;

    /// <exception cref="SocketException">The socket has no other end.</exception>
    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[Length];
        socket.GetRawSocketOption(SocketLevel, Option, credentials);
        return new PeerCredentials(
            BinaryPrimitives.ReadInt32LittleEndian(credentials),
            BinaryPrimitives.ReadUInt32LittleEndian(credentials[sizeof(int)..]),
            BinaryPrimitives.ReadUInt32LittleEndian(credentials[(2 * sizeof(int))..]));
    }

    /// <summary>True where the process at the other end is of that group, by its own group or one of its others.
    /// Before Linux 4.13 the kernel tells only the first.</summary>
    public bool IsIn(uint group, Socket socket)
    {
        if (GroupId == group) return true;
        var groups = new byte[MostGroups * sizeof(uint)];
        try
        {
            var length = socket.GetRawSocketOption(SocketLevel, GroupsOption, groups);
            for (var at = 0; at + sizeof(uint) <= length; at += sizeof(uint))
                if (BinaryPrimitives.ReadUInt32LittleEndian(groups.AsSpan(at)) == group) return true;
        }
        catch (SocketException)
        {
            // This kernel does not know the option.
        }
        return false;
    }
}

/// <summary>Who asks the daemon, for the record.</summary>
/// <param name="User">The user that the caller runs as.</param>
/// <param name="Login">The user that logged in, where the kernel knows it and it is another one: with sudo the caller
/// runs as root.</param>
internal sealed record Caller(string User, string? Login = null)
{
    // What /proc/PID/loginuid says where nobody has logged in (proc(5)).
    private const uint Nobody = uint.MaxValue;

    /// <summary>The daemon itself, where it ends what an operator ordered for a time.</summary>
    public static Caller Daemon { get; } = new("assist");

    /// <exception cref="SocketException">The caller has gone.</exception>
    public static Caller Of(Socket socket)
    {
        var peer = PeerCredentials.Of(socket);
        var login = LoginOf(peer.ProcessId);
        return new Caller(NameOf(peer.UserId), login is { } other && other != peer.UserId ? NameOf(other) : null);
    }

    /// <summary>Such as "alice as root".</summary>
    public override string ToString() => Login is null ? User : $"{Login} as {User}";

    private static uint? LoginOf(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/loginuid");
            return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != Nobody
                ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or this kernel keeps no such record.
            return null;
        }
    }

    // NAME:PASSWORD:UID:..., passwd(5). Who is known to a directory only has a number.
    private static string NameOf(uint user)
    {
        try
        {
            var id = user.ToString(CultureInfo.InvariantCulture);
            foreach (var line in File.ReadLines("/etc/passwd"))
                if (line.Split(':', 4) is [var name, _, var known, _] && known == id) return name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The number says it too.
        }
        return string.Create(CultureInfo.InvariantCulture, $"uid {user}");
    }
}
