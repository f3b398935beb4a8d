using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Faults;

/// <summary>The firewall's side of one life of the daemon: a TCP connection with octet counts, and UDP. It knows what
/// it has sent.</summary>
internal sealed class Sender : IDisposable
{
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public int Sent { get; private set; }

    public Dictionary<string, int> Exact { get; } = [];

    public async Task ConnectAsync(int port)
    {
        await _tcp.ConnectAsync(IPAddress.Loopback, port);
        await _udp.ConnectAsync(IPAddress.Loopback, port);
    }

    public async Task SendAsync(Message message, bool byUdp)
    {
        var bytes = Encoding.UTF8.GetBytes(message.Text);
        if (byUdp) await _udp.SendAsync(bytes);
        else await SendWholeAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length} "), .. bytes]);
        Sent++;
        if (message.Outcome is { } outcome) Exact[outcome] = Exact.GetValueOrDefault(outcome) + 1;
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _udp.Dispose();
    }

    private async Task SendWholeAsync(ReadOnlyMemory<byte> frame)
    {
        while (frame.Length > 0) frame = frame[await _tcp.SendAsync(frame)..];
    }
}
