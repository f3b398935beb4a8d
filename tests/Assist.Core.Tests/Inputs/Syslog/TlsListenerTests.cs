using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

public sealed class TlsListenerTests : IDisposable
{
    private readonly TestCertificates _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task F23_both_framings_are_received_over_TLS(SslProtocols version)
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var client = Open(receiver, version);

        Say(client, "<14>a\n5 <14>b");
        Say(client, "5 <1");
        Say(client, "4>c");

        await receiver.Receives("<14>a", "<14>b", "<14>c");
        Assert.Equal(version, client.SslProtocol);
        Assert.Equal(3, receiver.Counters.ReceivedOf(Transport.Tls));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, null)]
    [InlineData(SslProtocols.Tls13, null)]
    [InlineData(SslProtocols.Tls13, TestCertificate.ClientAuth)]
    public async Task A_client_of_the_authority_is_received(SslProtocols version, string? usage)
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: true));
        using var certificate = _files.Client(usage);
        using var client = Open(receiver, version, certificate);

        Say(client, "<14>a\n");

        await receiver.Receives("<14>a");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task S5_without_a_client_certificate_nothing_is_received(SslProtocols version)
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: true));

        TrySay(receiver, version, certificate: null);

        await receiver.Refuses(SyslogRefusal.ClientCertificate);
        await receiver.HasOpen(0);
        Assert.Empty(receiver.Messages);
        await receiver.Logs("the client has no certificate");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "stranger")]
    [InlineData(SslProtocols.Tls13, "stranger")]
    [InlineData(SslProtocols.Tls13, "self-signed")]
    [InlineData(SslProtocols.Tls13, "expired")]
    [InlineData(SslProtocols.Tls13, "for servers only")]
    public async Task S6_a_client_certificate_that_proves_nothing_is_refused(SslProtocols version, string kind)
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: true));
        using var certificate = kind switch
        {
            "stranger" => TestCertificates.Stranger(),
            "self-signed" => TestCertificate.Authority("firewall"),
            "expired" => _files.Client(expired: true),
            _ => _files.Client(TestCertificate.ServerAuth),
        };

        TrySay(receiver, version, certificate);

        await receiver.Refuses(SyslogRefusal.ClientCertificate);
        await receiver.HasOpen(0);
        Assert.Empty(receiver.Messages);
        Assert.Equal(0, receiver.Counters.ReceivedTotal);
    }

    [Fact]
    public async Task S4_an_old_version_is_refused()
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));

        TrySay(receiver, OldVersion, certificate: null);

        await receiver.Refuses(SyslogRefusal.Handshake);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task F25_plain_text_on_the_TLS_port_is_a_failed_handshake()
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var client = receiver.Connect();

        client.Say("<14>a\n<14>b\n<14>c\n");
        client.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.Handshake);
        Assert.Empty(receiver.Messages);
        await receiver.Logs("tls handshake with 127.0.0.1 failed: ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\x16\x03\x01\x02\x00\x01")]
    public async Task S1_S2_a_stalled_handshake_keeps_nobody_waiting_and_ends_in_time(string begun)
    {
        var options = RunningReceiver.Options with { HandshakeTimeout = TimeSpan.FromSeconds(2) };
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false), options);
        using var stalled = receiver.Connect();
        stalled.Say(begun);
        await receiver.HasOpen(1);

        using var client = Open(receiver, SslProtocols.None);
        Say(client, "<14>a\n");
        await receiver.Receives("<14>a");
        Assert.Equal(0, receiver.Counters.Total(SyslogRefusal.Handshake));
        stalled.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.Handshake);
        await receiver.Logs("not finished in time");
    }

    [Theory]
    [InlineData(false, "<14>a\n<14>b", 1)]
    [InlineData(true, "<14>a\n<14>b", 0)]
    [InlineData(true, "<14>a\n30 <14>b", 1)]
    [InlineData(false, "<14>a\n", 0)]
    public async Task S15_without_close_notify_the_end_of_a_message_is_not_believed(bool notify, string text, int cut)
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var socket = receiver.Connect();
        using var client = TlsClient.Open(socket, _files);

        Say(client, text);
        if (notify) await client.ShutdownAsync();
        socket.Shutdown(SocketShutdown.Send);

        await receiver.HasOpen(0);
        Assert.Equal(cut, receiver.Counters.Total(SyslogRefusal.CutFrame));
        Assert.Equal(notify && cut == 0 ? ["<14>a", "<14>b"] : ["<14>a"], receiver.Messages);
    }

    [Fact]
    public async Task S14_many_records_are_received_whole()
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var client = Open(receiver, SslProtocols.None);
        var messages = Enumerable.Range(0, 5000).Select(i => $"<14>{i}").ToArray();

        foreach (var message in messages) Say(client, message + "\n");

        await receiver.Receives(messages);
    }

#pragma warning disable SYSLIB0039, CA5397 // The point of the test is that it is refused.
    private static SslProtocols OldVersion => SslProtocols.Tls11;
#pragma warning restore SYSLIB0039, CA5397

    private SslStream Open(RunningReceiver receiver, SslProtocols version, X509Certificate2? certificate = null) =>
        TlsClient.Open(receiver.Connect(), _files, version, certificate);

    private void TrySay(RunningReceiver receiver, SslProtocols version, X509Certificate2? certificate) =>
        TlsClient.TrySay(receiver.Connect(), _files, version, certificate);

    private static void Say(SslStream tls, string text) => TlsClient.Say(tls, text);
}
