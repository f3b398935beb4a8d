using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Assist.Inputs.Syslog;

namespace Assist.Tests.Inputs.Syslog;

public sealed class WireStreamTests : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _socket;
    private readonly WireStream _wire;
    private readonly byte[] _bytes = new byte[4096];
    private int _rests;

    public WireStreamTests()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _socket = listener.Accept();
        _wire = new WireStream(_socket, () => _rests++);
    }

    [Fact]
    public async Task It_rests_where_it_may_and_the_kernel_has_nothing()
    {
        _wire.MayRest = true;
        var reading = ReadAsync(_wire);
        await Await.Until(() => Volatile.Read(ref _rests) == 1, "it rests");
        await _client.SendAsync(new byte[] { 1, 2, 3 });
        Assert.Equal((3, 1), (await reading, _rests));

        _client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await ReadAsync(_wire));
        Assert.True(_wire.HasEnded);
    }

    [Fact]
    public async Task It_does_not_rest_before_what_is_there_already()
    {
        _wire.MayRest = true;
        await _client.SendAsync(new byte[] { 1, 2, 3 });
        await Await.Until(() => _socket.Available == 3, "the bytes are there");
        Assert.Equal((3, 0), (await ReadAsync(_wire), _rests));
    }

    [Fact]
    public async Task It_does_not_rest_where_it_may_not()
    {
        var reading = ReadAsync(_wire);
        await _client.SendAsync(new byte[] { 1, 2, 3 });
        Assert.Equal((3, 0), (await reading, _rests));
    }

    [Fact]
    public async Task It_does_not_rest_before_what_TLS_has_read_ahead()
    {
        using var tls = new SslStream(_wire);
        using var sender = await HandshakeAsync(tls);
        var before = _socket.Available;
        foreach (var text in new[] { "one", "two", "three" }) await sender.WriteAsync(Encoding.ASCII.GetBytes(text));
        await Await.Until(() => _socket.Available >= before + 3 * 22, "three records are there");
        _wire.MayRest = true;

        var read = "";
        while (read.Length < 11) read += Encoding.ASCII.GetString(_bytes, 0, await ReadAsync(tls));
        Assert.Equal(("onetwothree", 0), (read, _rests));
    }

    // As SslStream does before it reads a record: the kernel, which would wait for a byte, is not asked.
    [Fact]
    public async Task To_read_no_bytes_waits_for_none()
    {
        Assert.Equal(0, await Task.Run(() => _wire.Read(Span<byte>.Empty)).WaitAsync(s_deadline));
        Assert.False(_wire.HasEnded);
    }

    [Fact]
    public async Task TLS_asks_once_for_the_bytes_of_each_record()
    {
        using var counted = new CountedReads(_wire);
        using var tls = new SslStream(counted);
        using var sender = await HandshakeAsync(tls);
        for (var i = 0; i < 3; i++)
        {
            await sender.WriteAsync(Encoding.ASCII.GetBytes($"log {i}"));
            var before = counted.Reads;
            Assert.Equal(5, await ReadAsync(tls));
            Assert.Equal(before + 1, counted.Reads);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _wire.Dispose();
    }

    private Task<int> ReadAsync(Stream stream) => Task.Run(() => stream.Read(_bytes)).WaitAsync(s_deadline);

    private async Task<SslStream> HandshakeAsync(SslStream tls)
    {
        using var certificate = new ClientCertificate { Subject = "CN=localhost" }.SelfSigned();
        var sender = new SslStream(new NetworkStream(_client), false, (_, shown, _, _) => certificate.Equals(shown));
        await Task.WhenAll(Task.Run(() => tls.AuthenticateAsServer(certificate)), sender.AuthenticateAsClientAsync("localhost"))
            .WaitAsync(s_deadline);
        return sender;
    }

    private sealed class CountedReads(WireStream wire) : Stream
    {
        public int Reads { get; private set; }

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (!buffer.IsEmpty) Reads++;
            return wire.Read(buffer);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Write(byte[] buffer, int offset, int count) => wire.Write(buffer, offset, count);

        public override void Flush() => wire.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
