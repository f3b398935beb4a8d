using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Flows;
using Assist.Inputs.Syslog;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>What a client's certificate says; a sound one unless told otherwise.</summary>
public sealed record ClientCertificate
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string Subject { get; init; } = "CN=firewall";

    public string[] Names { get; init; } = [];

    public string[] Addresses { get; init; } = [];

    /// <summary>0 stands for a key on the curve P-256.</summary>
    public int RsaBits { get; init; }

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public DateTimeOffset NotBefore { get; init; } = Now.AddHours(-1);

    public DateTimeOffset NotAfter { get; init; } = Now.AddDays(90);

    public bool IsAuthority { get; init; }

    public X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, Hash);
        AddExtensions(request);
        return request.CreateSelfSigned(NotBefore, NotAfter);
    }

    public X509Certificate2 SignedBy(X509Certificate2 authority)
    {
        using var signer = authority.GetECDsaPrivateKey()!;
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RsaBits > 0 ? RSA.Create(RsaBits) : null;
        var request = rsa is null
            ? new CertificateRequest(Subject, ec, Hash)
            : new CertificateRequest(Subject, rsa, Hash, RSASignaturePadding.Pkcs1);
        AddExtensions(request);
        using var issued = request.Create(
            authority.SubjectName, new Signer(signer), NotBefore, NotAfter,
            RandomNumberGenerator.GetBytes(8));
        return rsa is null ? issued.CopyWithPrivateKey(ec) : issued.CopyWithPrivateKey(rsa);
    }

    // The one of the library does not sign with SHA-1.
    private sealed class Signer(ECDsa key) : X509SignatureGenerator
    {
        private static readonly byte[] s_ecdsaWithSha1 = [0x30, 9, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];

        private readonly X509SignatureGenerator _sound = CreateForECDsa(key);

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            hashAlgorithm == HashAlgorithmName.SHA1
                ? s_ecdsaWithSha1
                : _sound.GetSignatureAlgorithmIdentifier(hashAlgorithm);

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, hashAlgorithm, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => _sound.PublicKey;
    }

    private void AddExtensions(CertificateRequest request)
    {
        if (IsAuthority) request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        if (Names.Length + Addresses.Length == 0) return;
        var names = new SubjectAlternativeNameBuilder();
        foreach (var address in Addresses) names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(WithNames(names.Build()));
    }

    // The builder turns names into their ASCII form and refuses what an attacker would write.
    private X509Extension WithNames(X509Extension addresses)
    {
        var content = Names.SelectMany(name => (byte[])[0x82, (byte)name.Length, .. Framed.Bytes(name)])
            .Concat(Addresses.Length > 0 ? addresses.RawData[2..] : []).ToArray();
        Assert.InRange(content.Length, 1, 127);
        return new X509Extension("2.5.29.17", [0x30, (byte)content.Length, .. content], critical: false);
    }
}

/// <summary>An authority of this test run, its certificates, and their files.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("assist-tls-");

    public TestCertificates()
    {
        WriteServer("server");
        WriteAuthority(Authority);
    }

    public X509Certificate2 Authority { get; } = TestCertificate.Authority("authority");

    public string CertificateFile => Path("server.crt");

    public string KeyFile => Path("server.key");

    public string AuthorityFile => Path("ca.crt");

    public ListenerOptions Listener(bool mutual, params string[] permitted) =>
        RunningReceiver.On(Transport.Tls, "127.0.0.1") with
        {
            Certificate = CertificateFile,
            Key = KeyFile,
            ClientCa = mutual ? AuthorityFile : null,
            PermittedPeers = permitted.Length == 0 ? null : [.. permitted.Select(peer => PermittedPeer.Parse(peer)!)],
        };

    /// <summary>What a client needs to believe the server.</summary>
    public X509ChainPolicy Trust() => TestCertificate.Trusting(Authority);

    public string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    public X509Certificate2 Client(string? usage = null, bool expired = false) =>
        TestCertificate.Issue(Authority, "firewall", usage, expired);

    public static X509Certificate2 Stranger()
    {
        using var other = TestCertificate.Authority("authority");
        return TestCertificate.Issue(other, "firewall", usage: null, expired: false);
    }

    /// <summary>Replaces certificate and key; the name tells the old pair from the new.</summary>
    public void WriteServer(string name)
    {
        using var certificate = TestCertificate.Issue(Authority, name, TestCertificate.ServerAuth, expired: false);
        WriteServer(certificate);
    }

    public void WriteServer(X509Certificate2 certificate)
    {
        WriteServerCertificate(certificate);
        File.WriteAllText(KeyFile, KeyOf(certificate));
    }

    public void WriteServerCertificate(X509Certificate2 certificate) => File.WriteAllText(
        CertificateFile, certificate.ExportCertificatePem() + "\n" + Authority.ExportCertificatePem());

    public void WriteAuthority(X509Certificate2 authority) =>
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());

    public static string KeyOf(X509Certificate2 certificate)
    {
        using var ec = certificate.GetECDsaPrivateKey();
        using var rsa = certificate.GetRSAPrivateKey();
        return ec?.ExportPkcs8PrivateKeyPem() ?? rsa!.ExportPkcs8PrivateKeyPem();
    }

    public void Dispose()
    {
        Authority.Dispose();
        _directory.Delete(recursive: true);
    }
}
