using System.Net.Sockets;
using System.Text;

namespace Assist.Tests.Daemon;

/// <summary>The socket that systemd gives to a service (sd_notify(3)).</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public NotifySocket(string path) => _socket.Bind(new UnixDomainSocketEndPoint(path));

    /// <summary>What has arrived since the last call.</summary>
    public IReadOnlyList<string> Received()
    {
        var states = new List<string>();
        var state = new byte[4096];
        while (_socket.Available > 0) states.Add(Encoding.UTF8.GetString(state, 0, _socket.Receive(state)));
        return states;
    }

    public void Dispose() => _socket.Dispose();
}
