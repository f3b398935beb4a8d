using System.Security.Cryptography.X509Certificates;
using Assist.Syslog;

namespace Assist.Tests.Syslog;

/// <summary>An authority of this test run, its certificates, and their files.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("assist-tls-");
    private readonly X509Certificate2 _authority = TestCertificate.Authority("authority");

    public TestCertificates()
    {
        WriteServer("server");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string CertificateFile => Path("server.crt");

    public string KeyFile => Path("server.key");

    public string AuthorityFile => Path("ca.crt");

    public ListenerOptions Listener(bool mutual) => RunningReceiver.On(Transport.Tls, "127.0.0.1") with
    {
        Certificate = CertificateFile,
        Key = KeyFile,
        ClientCa = mutual ? AuthorityFile : null,
    };

    /// <summary>What a client needs to believe the server.</summary>
    public X509ChainPolicy Trust() => TestCertificate.Trusting(_authority);

    public string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    public X509Certificate2 Client(string? usage = null, bool expired = false) =>
        TestCertificate.Issue(_authority, "firewall", usage, expired);

    public static X509Certificate2 Stranger()
    {
        using var other = TestCertificate.Authority("authority");
        return TestCertificate.Issue(other, "firewall", usage: null, expired: false);
    }

    /// <summary>Replaces certificate and key; the name tells the old pair from the new.</summary>
    public void WriteServer(string name)
    {
        using var certificate = TestCertificate.Issue(_authority, name, TestCertificate.ServerAuth, expired: false);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }
}
