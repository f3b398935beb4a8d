using System.Net.Sockets;
using System.Text;
using Assist.Control;
using Assist.Hashing;
using Assist.Outputs.Eapi;

namespace Assist.Daemon;

/// <summary>One daemon works on a switch: two would put back what the other takes away. The kernel gives the claim to
/// one process, and takes it back when that ends: a socket in Linux's abstract namespace, of which each network
/// namespace has its own, and a locked file, where this user may write one. Their names come from the eAPI endpoint, so
/// a switch that is reached in two ways is not noticed.</summary>
internal sealed class SwitchClaim : IDisposable
{
    // All network namespaces of a machine share it. The packages give it to the daemon's user; root makes it.
    private const string Folder = "/run/lock/assist";
    private const int Backlog = 8;

    private readonly Socket _socket = New();
    private FileStream? _file;

    private SwitchClaim()
    {
    }

    /// <exception cref="DaemonException">Another daemon works on this switch.</exception>
    public static SwitchClaim Take(EapiOptions eapi)
    {
        var claim = new SwitchClaim();
        try
        {
            var name = new UnixDomainSocketEndPoint(NameOf(eapi));
            claim._socket.Bind(name);
            claim._socket.Listen(Backlog);
            claim._file = Lock(Path.Combine(Folder, NameOf(eapi).TrimStart('\0') + ".lock"));
            _ = claim.DismissAsync();
            return claim;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            claim.Dispose();
            throw Taken(HolderOf(eapi) ?? "a process", e);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _file?.Dispose();
    }

    /// <summary>The process of this network namespace that works on this switch, in words; null where none is
    /// known.</summary>
    public static string? HolderOf(EapiOptions eapi)
    {
        try
        {
            using var socket = New();
            // To be in the queue is enough to learn who listens.
            socket.Blocking = false;
            socket.Connect(new UnixDomainSocketEndPoint(NameOf(eapi)));
            return $"process {PeerCredentials.Of(socket).ProcessId}";
        }
        catch (SocketException e)
        {
            // The queue of a process that is stopped is full at some time.
            return e.SocketErrorCode == SocketError.WouldBlock ? "a process" : null;
        }
    }

    private static DaemonException Taken(string holder, Exception inner) => new(
        $"another daemon ({holder}) works on this switch already, and two would undo each other's work; stop it first, "
        + "or give this one another switch.eapi", inner);

    // Never deleted: who opened it before and locks it after would hold a file that nobody else finds. Without a
    // place for it the socket alone is the claim.
    private static FileStream? Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // To read is what another user may too, and enough for a lock.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.None);
        }
        catch (IOException e) when (e.HResult == IoFault.LockedByAnother)
        {
            throw Taken("a process in another network namespace", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task DismissAsync()
    {
        try
        {
            while (true) (await _socket.AcceptAsync()).Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The claim is over.
        }
    }

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    // The name of an abstract socket begins with a zero byte.
    private static string NameOf(EapiOptions eapi)
    {
        var endpoint = eapi.Https is { } https ? https.GetLeftPart(UriPartial.Authority) : RealPath(eapi.Socket!);
        return "\0assist-switch-" + Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(endpoint)))[..32];
    }

    // EOS names the socket's directory in two ways, /var/run and /run.
    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        var resolved = Path.Combine(RealPath(parent), Path.GetFileName(full));
        try
        {
            return Directory.ResolveLinkTarget(resolved, returnFinalTarget: true)?.FullName ?? resolved;
        }
        catch (IOException)
        {
            return resolved;
        }
    }
}
