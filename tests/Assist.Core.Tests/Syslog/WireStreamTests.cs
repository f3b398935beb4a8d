using System.Net;
using System.Net.Sockets;
using Assist.Syslog;

namespace Assist.Tests.Syslog;

public sealed class WireStreamTests : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly WireStream _wire;

    public WireStreamTests()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _wire = new WireStream(listener.Accept());
    }

    // As SslStream does before it reads a record: the kernel, which would wait for a byte, is not asked.
    [Fact]
    public async Task To_read_no_bytes_waits_for_none()
    {
        Assert.Equal(0, await Task.Run(() => _wire.Read(Span<byte>.Empty)).WaitAsync(s_deadline));
        Assert.False(_wire.HasEnded);
    }

    [Fact]
    public async Task Where_it_may_rest_it_gives_all_that_comes_and_the_end()
    {
        _wire.MayRest = true;
        var bytes = new byte[8];

        var reading = Task.Run(() => _wire.Read(bytes));
        await _client.SendAsync(new byte[] { 1, 2, 3 });
        Assert.Equal(3, await reading.WaitAsync(s_deadline));
        _client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await Task.Run(() => _wire.Read(bytes)).WaitAsync(s_deadline));
        Assert.True(_wire.HasEnded);
    }

    public void Dispose()
    {
        _client.Dispose();
        _wire.Dispose();
    }
}
