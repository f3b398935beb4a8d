using System.Net.Sockets;
using System.Text;

namespace Assist.Daemon;

/// <summary>Tells systemd how far we are (sd_notify(3)): one datagram to the socket it names.</summary>
/// <param name="socket">Null where nobody asks.</param>
internal sealed class ServiceNotification(string? socket)
{
    public static ServiceNotification FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    public void Send(string state)
    {
        if (socket is not { Length: > 1 } path) return;
        // A leading @ stands for the abstract namespace, which begins with a NUL.
        var address = path[0] == '@' ? "\0" + path[1..] : path;
        try
        {
            using var datagram = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            datagram.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException)
        {
            // The service runs all the same; systemd will say that it waited in vain.
        }
    }
}
