using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Syslog;

namespace Assist.Tests.Syslog;

/// <summary>An authority of this test run, its certificates, and their files.</summary>
public sealed class TestCertificates : IDisposable
{
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("assist-tls-");
    private readonly X509Certificate2 _authority = Authority("authority");

    public TestCertificates()
    {
        WriteServer("server");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string CertificateFile => Path("server.crt");

    public string KeyFile => Path("server.key");

    public string AuthorityFile => Path("ca.crt");

    public static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddYears(1));
    }

    public ListenerOptions Listener(bool mutual) => RunningReceiver.On(Transport.Tls, "127.0.0.1") with
    {
        Certificate = CertificateFile,
        Key = KeyFile,
        ClientCa = mutual ? AuthorityFile : null,
    };

    /// <summary>What a client needs to believe the server.</summary>
    public X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    public string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    public X509Certificate2 Client(string? usage = null, bool expired = false) =>
        Issue(_authority, "firewall", usage, expired);

    public static X509Certificate2 Stranger()
    {
        using var other = Authority("authority");
        return Issue(other, "firewall", usage: null, expired: false);
    }

    /// <summary>Replaces certificate and key; the name tells the old pair from the new.</summary>
    public void WriteServer(string name)
    {
        using var certificate = Issue(_authority, name, ServerAuth, expired: false);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, string? usage, bool expired)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var notAfter = expired ? Now.AddMinutes(-1) : Now.AddDays(90);
        using var issued = request.Create(authority, Now.AddHours(-1), notAfter, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
