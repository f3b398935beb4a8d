using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Assist.Syslog;

namespace Assist.Tests.Syslog;

public sealed class WireStreamTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_kernel_is_asked_once_for_each_TLS_record()
    {
        using var certificate = new ClientCertificate { Subject = "CN=localhost" }.SelfSigned();
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        using var wire = new WireStream(await listener.AcceptAsync());
        using var tls = new SslStream(wire);
        using var sender = new SslStream(new NetworkStream(client), false, (_, shown, _, _) => certificate.Equals(shown));
        await Task.WhenAll(Task.Run(() => tls.AuthenticateAsServer(certificate)), sender.AuthenticateAsClientAsync("localhost"))
            .WaitAsync(s_deadline);

        var text = new byte[100];
        for (var i = 0; i < 3; i++)
        {
            await sender.WriteAsync(Encoding.ASCII.GetBytes($"<14>log {i}\n"));
            var before = wire.Reads;
            var length = await Task.Run(() => tls.Read(text)).WaitAsync(s_deadline);

            Assert.Equal($"<14>log {i}\n", Encoding.ASCII.GetString(text, 0, length));
            Assert.Equal(before + 1, wire.Reads);
        }
    }
}
