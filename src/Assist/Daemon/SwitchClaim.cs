using System.Net.Sockets;
using System.Text;
using Assist.Control;
using Assist.Hashing;
using Assist.Outputs.Eapi;

namespace Assist.Daemon;

/// <summary>One daemon works on a switch: two would put back what the other takes away. A socket in Linux's abstract
/// namespace is the claim, since the kernel gives it to one process and takes it back when that ends. Its name comes
/// from the eAPI endpoint, so a switch that is reached in two ways, or from two network namespaces, is not
/// noticed.</summary>
internal sealed class SwitchClaim : IDisposable
{
    private const int Backlog = 8;

    private readonly Socket _socket = New();

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
            _ = claim.DismissAsync();
            return claim;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            claim.Dispose();
            throw new DaemonException(
                $"another daemon ({HolderOf(eapi) ?? "a process"}) works on this switch already, and two would "
                + "undo each other's work; "
                + "stop it first, or give this one another switch.eapi", e);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The process that works on this switch, in words; null where none is known.</summary>
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
