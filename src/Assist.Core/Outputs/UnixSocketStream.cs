using System.Net.Sockets;

namespace Assist.Outputs;

/// <summary>Connections to servers of HTTP on this machine.</summary>
public static class UnixSocketStream
{
    /// <param name="path">Of the server's socket.</param>
    /// <exception cref="SocketException">Nobody listens there, or not for this user.</exception>
    public static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
