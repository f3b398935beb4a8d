using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>What a client may do before it has proved anything.</summary>
public sealed class HandshakeTests : IDisposable
{
    // Whoever reads one waits for 16 KiB.
    private const string BeginOfLongRecord = "\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03";

    private readonly TestCertificates _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task S2_a_byte_now_and_then_does_not_prolong_a_handshake()
    {
        var options = RunningReceiver.Options with { HandshakeTimeout = TimeSpan.FromSeconds(1) };
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false), options);
        using var slow = receiver.Connect();

        slow.Say(BeginOfLongRecord);
        await Await.Until(
            () => !slow.TrySay("x") || receiver.Counters.Total(SyslogRefusal.Handshake) == 1, "it is closed");

        await receiver.Refuses(SyslogRefusal.Handshake);
        await receiver.Logs("not finished in time");
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(200, false)]
    public async Task S3_half_open_handshakes_are_few_and_keep_nobody_out(int count, bool fromOneAddress)
    {
        const int Limit = 16;
        var options = RunningReceiver.Options with { MaxHandshakes = Limit, HandshakeTimeout = TimeSpan.FromMinutes(5) };
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false), options);
        using var early = TlsClient.Open(receiver.Connect(), _files);
        TlsClient.Say(early, "<14>early\n");
        await receiver.Receives("<14>early");
        var flood = new List<Socket>();

        for (var i = 0; i < count; i++)
        {
            var socket = receiver.Connect(from: fromOneAddress ? "127.0.0.1" : $"127.0.{i / 250 + 1}.{i % 250 + 1}");
            socket.Say(BeginOfLongRecord);
            flood.Add(socket);
        }
        await receiver.Refuses(SyslogRefusal.ConnectionLimit, count - Limit);
        await receiver.HasOpen(Limit + 1);
        using var late = TlsClient.Open(receiver.Connect(), _files);
        TlsClient.Say(late, "<14>late\n");
        await receiver.Receives("<14>early", "<14>late");
        TlsClient.Say(early, "<14>still\n");

        await receiver.Receives("<14>early", "<14>late", "<14>still");
        Assert.Equal(0, receiver.Counters.Total(SyslogRefusal.Handshake));
        flood.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task N5_a_sender_with_only_unfinished_handshakes_is_not_locked_out()
    {
        var options = RunningReceiver.Options with
        {
            MaxConnectionsPerSender = 2,
            HandshakeTimeout = TimeSpan.FromMinutes(5),
        };
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false), options);
        using var first = receiver.Connect();
        await receiver.HasOpen(1);
        using var second = receiver.Connect();
        await receiver.HasOpen(2);

        using var client = TlsClient.Open(receiver.Connect(), _files);
        TlsClient.Say(client, "<14>a\n");

        await receiver.Receives("<14>a");
        first.WaitForEnd();
        await receiver.HasOpen(2);
    }

    // RFC 9662 4; the numbers are IANA's.
    [Theory]
    [InlineData(0x0300, 0xc02f)]
    [InlineData(0x0301, 0xc02f)]
    [InlineData(0x0302, 0xc02f)]
    [InlineData(0x0303, 0x0003)]   // TLS_RSA_EXPORT_WITH_RC4_40_MD5
    [InlineData(0x0303, 0x0005)]   // TLS_RSA_WITH_RC4_128_SHA
    [InlineData(0x0303, 0x000a)]   // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    [InlineData(0x0303, 0xc012)]   // TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
    [InlineData(0x0303, 0xc010)]   // TLS_ECDHE_RSA_WITH_NULL_SHA
    public async Task S4_old_versions_and_weak_suites_are_refused(int version, int suite)
    {
        WriteRsaServer();
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var client = receiver.Connect();

        client.Send(ClientHello((ushort)version, (ushort)suite));
        var answer = new byte[16];
        var length = client.Receive(answer);
        client.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.Handshake);
        // An alert, not a ServerHello.
        Assert.True(length == 0 || answer[0] == 21, $"answered with {answer[0]}");
    }

    [Fact]
    public async Task S4_the_suite_that_every_sender_has_is_accepted()
    {
        // The same bytes with a sound suite: what the theory above refuses, it refuses for the suite.
        WriteRsaServer();
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var hello = receiver.Connect();
        hello.Send(ClientHello(0x0303, 0xc02f));
        var answer = new byte[1];
        Assert.Equal(1, hello.Receive(answer));
        Assert.Equal(22, answer[0]);

        using var client = TlsClient.Open(new NetworkStream(receiver.Connect(), ownsSocket: true), Offering(
            "127.0.0.1", policy: new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256])));
        TlsClient.Say(client, "<14>a\n");

        await receiver.Receives("<14>a");
    }

    [Fact]
    public void S13_neither_renegotiation_nor_resumption_is_offered()
    {
        var credentials = new TlsCredentials(_files.Listener(mutual: true), new LogLines(), TimeProvider.System);

        var options = credentials.NewOptions(TimeSpan.Zero, _ => { });

        Assert.False(options.AllowRenegotiation);
        Assert.False(options.AllowTlsResume);
        Assert.True(options.ClientCertificateRequired);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown.example.net")]
    [InlineData("127.0.0.1")]
    public async Task S16_whatever_name_a_client_asks_for_it_gets_the_certificate(string name)
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var client = TlsClient.Open(new NetworkStream(receiver.Connect(), ownsSocket: true), Offering(name));

        TlsClient.Say(client, "<14>a\n");

        await receiver.Receives("<14>a");
        Assert.Equal("CN=server", client.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task S17_a_large_hello_in_pieces_is_accepted()
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        var pieces = new InPieces(receiver.Connect());
        var options = Offering("127.0.0.1");
        // Protocols to choose from are the easiest way to 8 KB.
        options.ApplicationProtocols =
            [.. Enumerable.Range(0, 80).Select(i => new SslApplicationProtocol($"{i}-{new string('x', 100)}"))];
        using var client = TlsClient.Open(pieces, options);

        TlsClient.Say(client, "<14>a\n");

        await receiver.Receives("<14>a");
        Assert.True(pieces.Longest > 8000);
    }

    private static SslClientAuthenticationOptions Offering(string name, CipherSuitesPolicy? policy = null) => new()
    {
        TargetHost = name,
        CipherSuitesPolicy = policy,
        EnabledSslProtocols = policy is null ? SslProtocols.None : SslProtocols.Tls12,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };

    private void WriteRsaServer()
    {
        using var certificate = new ClientCertificate { Subject = "CN=rsa", RsaBits = 2048 }.SignedBy(_files.Authority);
        _files.WriteServer(certificate);
    }

    // RFC 5246 7.4.1.2 with one suite, one curve (RFC 8422) and one signature algorithm.
    private static byte[] ClientHello(ushort version, ushort suite)
    {
        byte[] extensions =
            [0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 4, 0, 2, 4, 1];
        byte[] body =
        [
            .. Two(version), .. RandomNumberGenerator.GetBytes(32), 0, .. Two(2), .. Two(suite), 1, 0,
            .. Two((ushort)extensions.Length), .. extensions,
        ];
        byte[] handshake = [1, 0, .. Two((ushort)body.Length), .. body];
        return [22, 3, 1, .. Two((ushort)handshake.Length), .. handshake];
    }

    private static byte[] Two(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Sends a hundred bytes at a time.</summary>
    private sealed class InPieces(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        public int Longest { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Longest = Math.Max(Longest, buffer.Length);
            for (var i = 0; i < buffer.Length; i += 100) Socket.Send(buffer.Slice(i, Math.Min(100, buffer.Length - i)));
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
