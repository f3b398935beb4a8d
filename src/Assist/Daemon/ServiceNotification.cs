using System.Net.Sockets;
using System.Text;

namespace Assist.Daemon;

/// <summary>Tells systemd how far we are (sd_notify(3)): one datagram to the socket it names. Does nothing
/// elsewhere.</summary>
internal static class ServiceNotification
{
    public static void Send(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path) return;
        // A leading @ stands for the abstract namespace, which begins with a NUL.
        var address = path[0] == '@' ? "\0" + path[1..] : path;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException)
        {
            // The service runs all the same; systemd will say that it waited in vain.
        }
    }
}
