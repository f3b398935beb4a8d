using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assist.Demo;

/// <summary>Certificates for one run of the demo: a server's, a firewall's, and one of an authority nobody
/// trusts.</summary>
internal sealed class DemoCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly DateTimeOffset _from;

    public DemoCertificates(string directory, DateTimeOffset now)
    {
        _from = now.AddMinutes(-5);
        Authority = MakeAuthority("CN=assist demo authority");
        using var foreign = MakeAuthority("CN=somebody else");
        using var server = Issue(Authority, "CN=localhost", ServerAuthentication);
        ServerFile = Path.Combine(directory, "server.crt");
        KeyFile = Path.Combine(directory, "server.key");
        AuthorityFile = Path.Combine(directory, "ca.crt");
        File.WriteAllText(ServerFile, server.ExportCertificatePem());
        using (var key = server.GetECDsaPrivateKey()!) File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
        Firewall = Issue(Authority, "CN=firewall", ClientAuthentication);
        Stranger = Issue(foreign, "CN=stranger", ClientAuthentication);
    }

    public string ServerFile { get; }
    public string KeyFile { get; }
    public string AuthorityFile { get; }
    public X509Certificate2 Authority { get; }
    public X509Certificate2 Firewall { get; }
    public X509Certificate2 Stranger { get; }

    public void Dispose()
    {
        Authority.Dispose();
        Firewall.Dispose();
        Stranger.Dispose();
    }

    private X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(_from, _from.AddDays(1));
    }

    private X509Certificate2 Issue(X509Certificate2 authority, string name, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, _from, _from.AddHours(23), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
