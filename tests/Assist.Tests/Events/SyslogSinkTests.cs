using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Assist.Configuration;
using Assist.Events;
using Assist.Flows;

namespace Assist.Tests.Events;

/// <summary>What a syslog receiver gets, over each transport.</summary>
public sealed class SyslogSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_fact_is_a_message_of_RFC_5424_and_text_of_a_log_stays_in_its_place()
    {
        var line = Encoding.UTF8.GetString(SyslogLine.Of(Told.Fact(), facility: 16, longest: 8192));

        // local0, informational
        Assert.StartsWith("<134>1 2026-01-02T03:04:05.000000Z ", line, StringComparison.Ordinal);
        Assert.Contains($" assist {Environment.ProcessId} programmed [assist@32473 flow=\"DROP_1\" action=\"drop\" "
            + "source=\"192.0.2.10\" destination=\"203.0.113.20\" destination_port=\"443\" protocol=\"tcp\" "
            + "rule=\"denied-traffic\" sender=\"192.0.2.1\" "
            + "firewall_rule=\"deny \\\"all\\\"\\] ${json}??[31m\"] drop of tcp", line, StringComparison.Ordinal);
        Assert.EndsWith("firewall rule \"deny \"all\"] ${json}\\x0a\\x1b[31m\"", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Fact]
    public void A_bypass_that_ended_tells_what_the_firewall_was_spared()
    {
        var line = Encoding.UTF8.GetString(SyslogLine.Of(Told.Fact(Told.Ended()), 16, 8192));

        Assert.Contains("packets=\"123\" bytes=\"64000\" lasted_s=\"90\"", line, StringComparison.Ordinal);
        Assert.EndsWith("ended: expired; the firewall was spared at least 123 packets with 64000 bytes in 90 s", line,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_too_long_loses_its_end_and_no_half_of_a_character()
    {
        var fact = Told.Fact() with { Text = new string('ä', 2000) };

        var line = SyslogLine.Of(fact, 16, 2048);

        Assert.InRange(line.Length, 2040, 2048);
        Assert.DoesNotContain('\ufffd', Encoding.UTF8.GetString(line));
    }

    [Fact]
    public async Task Over_UDP_each_fact_is_a_datagram()
    {
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var sink = SinkTo(receiver, Transport.Udp);

        await sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);

        var datagram = new byte[4096];
        var length = await receiver.ReceiveAsync(datagram, TestContext.Current.CancellationToken);
        Assert.StartsWith("<134>1 ", Encoding.UTF8.GetString(datagram, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TCP_messages_are_counted_and_a_connection_that_ended_is_made_anew()
    {
        using var listener = Listening();
        using var sink = SinkTo(listener.Server, Transport.Tcp);
        await sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);
        using (var first = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
            Assert.StartsWith("<134>1 ", await FrameAsync(first.GetStream()), StringComparison.Ordinal);

        // It has gone; what is sent until that is known may be lost, and then a new one comes.
        Task<TcpClient> second = listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask();
        while (!second.IsCompleted)
        {
            try
            {
                await sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);
            }
            catch (EventSinkException)
            {
                // Told as a fault, and tried again.
            }
        }

        using var again = await second;
        Assert.StartsWith("<134>1 ", await FrameAsync(again.GetStream()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_only_a_receiver_that_the_authority_vouches_for_gets_something()
    {
        using var authority = TestCertificate.Authority("ca");
        using var other = TestCertificate.Authority("other");
        using var certificate = TestCertificate.Issue(authority, "siem", TestCertificate.ServerAuth, expired: false);
        File.WriteAllText(Path.Combine(_directory, "ca.crt"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_directory, "other.crt"), other.ExportCertificatePem());
        using var listener = Listening();
        var served = ServeTlsAsync(listener, certificate);
        using var strict = SinkTo(listener.Server, Transport.Tls, "other.crt");

        await Assert.ThrowsAsync<EventSinkException>(
            () => strict.SendAsync(Told.Fact(), TestContext.Current.CancellationToken));
        await served;
        served = ServeTlsAsync(listener, certificate);
        using var sink = SinkTo(listener.Server, Transport.Tls, "ca.crt");
        await sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);

        Assert.StartsWith("<134>1 ", await served, StringComparison.Ordinal);
    }

    // What the receiver read; null where it was not believed.
    private static async Task<string?> ServeTlsAsync(
        TcpListener listener, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var secure = new SslStream(client.GetStream());
        try
        {
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate },
                TestContext.Current.CancellationToken);
            return await FrameAsync(secure);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return null;
        }
    }

    private static TcpListener Listening()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private SyslogSink SinkTo(Socket receiver, Transport transport, string? ca = null) => new(
        new EventSyslogOptions("127.0.0.1", ((IPEndPoint)receiver.LocalEndPoint!).Port, Told.All)
        {
            Transport = transport,
            Ca = ca is null ? null : Path.Combine(_directory, ca),
        },
        TimeProvider.System);

    // RFC 6587 3.4.1
    private static async Task<string> FrameAsync(Stream stream)
    {
        var length = 0;
        for (var digit = new byte[1]; ; length = (length * 10) + digit[0] - '0')
        {
            await stream.ReadExactlyAsync(digit, TestContext.Current.CancellationToken);
            if (digit[0] == ' ') break;
        }
        var message = new byte[length];
        await stream.ReadExactlyAsync(message, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(message);
    }
}
