using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assist.Tests.Processes;

/// <summary>An authority, the daemon's certificate in files, and those of its clients.</summary>
internal sealed class Certificates : IDisposable
{
    private const int Days = 90;

    private readonly X509Certificate2 _authority = Authority();
    private readonly string _directory;

    public Certificates(string directory)
    {
        _directory = directory;
        File.WriteAllText(Path.Combine(directory, "ca.crt"), _authority.ExportCertificatePem());
        WriteServer(Days);
    }

    /// <summary>The daemon's, in the place of the one before.</summary>
    public void WriteServer(int days)
    {
        using var server = Issue(_authority, "server", days);
        using var key = server.GetECDsaPrivateKey()!;
        var file = Path.Combine(_directory, "server.key");
        File.WriteAllText(Path.Combine(_directory, "server.crt"), server.ExportCertificatePem());
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public X509Certificate2 Client() => Issue(_authority, "firewall");

    public static X509Certificate2 Stranger()
    {
        using var other = Authority();
        return Issue(other, "firewall");
    }

    public X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { _authority },
    };

    public void Dispose() => _authority.Dispose();

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, int days = Days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var issued = request.Create(
            authority, now.AddHours(-1), now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        // A client's key must not be an ephemeral one for every TLS stack.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
