using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>A firewall that sends over TLS.</summary>
internal static class TlsClient
{
    public static SslStream Open(
        Socket socket, TestCertificates files, SslProtocols version = SslProtocols.None,
        X509Certificate2? certificate = null) =>
        Open(new NetworkStream(socket, ownsSocket: true), new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = version,
            ClientCertificates = certificate is null ? null : [certificate],
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
            CertificateChainPolicy = files.Trust(),
        });

    public static SslStream Open(Stream stream, SslClientAuthenticationOptions options)
    {
        var tls = new SslStream(stream);
        tls.AuthenticateAsClient(options);
        return tls;
    }

    // A refused TLS 1.3 client believes to be connected until it reads.
    public static void TrySay(
        Socket socket, TestCertificates files, SslProtocols version = SslProtocols.None,
        X509Certificate2? certificate = null)
    {
        try
        {
            using var tls = Open(socket, files, version, certificate);
            Say(tls, "<14>a\n");
            _ = tls.Read(new byte[16]);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
        }
    }

    public static void Say(SslStream tls, string text) => tls.Write(Encoding.Latin1.GetBytes(text));
}
