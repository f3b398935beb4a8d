using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Assist.Inputs.Syslog;

/// <summary>Decides whether a client's certificate proves a permitted client. With an authority the chain must lead to
/// it, and the peers restrict whom it may vouch for; without one the fingerprint is the proof.</summary>
internal sealed class ClientCheck(
    X509Certificate2Collection? authority, IReadOnlyList<PermittedPeer>? peers, TimeProvider time)
{
    // From the client to the authority; more is nobody's design, and every link costs a signature.
    private const int LongestChain = 6;
    private const int SmallestRsaKey = 2048;
    private const int SmallestEcKey = 256;
    private const string WeakFault = "a key under 2048 bits (RSA) or 256 bits (EC), or a SHA-1 signature";

    // Signatures that can be forged: MD5 and SHA-1 with RSA, SHA-1 with DSA and with ECDSA.
    private static readonly string[] s_weakSignatures =
        ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10040.4.3", "1.2.840.10045.4.1"];

    public X509ChainPolicy NewPolicy()
    {
        // SslStream adds the demand for clientAuth, which a certificate without extended key usage meets.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (authority is not null) policy.CustomTrustStore.AddRange(authority);
        return policy;
    }

    /// <summary>Null for a permitted client; otherwise why it is refused, in words that hold nothing it
    /// wrote.</summary>
    public string? Fault(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || chain is null) return "the client has no certificate";
        var fault = authority is null ? FaultOfLeaf(leaf) : FaultOfChain(chain, errors);
        fault ??= peers is null || IsPermitted(leaf) ? null : "not one of permitted_peers";
        return fault is null ? null : $"client certificate with {PermittedPeer.FingerprintOf(leaf)}: {fault}";
    }

    private static string? FaultOfChain(X509Chain chain, SslPolicyErrors errors)
    {
        if (errors is not SslPolicyErrors.None)
            return chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status).ToString();
        var certificates = chain.ChainElements.Select(element => element.Certificate).ToList();
        if (certificates.Count > LongestChain) return $"more than {LongestChain} certificates up to the authority";
        // The authority's own signature proves nothing: its file does.
        return certificates.Exists(HasWeakKey) || certificates[..^1].Exists(HasWeakSignature) ? WeakFault : null;
    }

    private string? FaultOfLeaf(X509Certificate2 leaf)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now < leaf.NotBefore.ToUniversalTime() || now > leaf.NotAfter.ToUniversalTime())
            return $"{X509ChainStatusFlags.NotTimeValid}";
        return HasWeakKey(leaf) ? WeakFault : null;
    }

    private bool IsPermitted(X509Certificate2 leaf)
    {
        var names = CertificateNames.Of(leaf);
        return peers!.Any(peer => peer.Matches(leaf, names));
    }

    private static bool HasWeakSignature(X509Certificate2 certificate) =>
        s_weakSignatures.Contains(certificate.SignatureAlgorithm.Value);

    private static bool HasWeakKey(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var ec = certificate.GetECDsaPublicKey();
        return rsa?.KeySize < SmallestRsaKey || ec?.KeySize < SmallestEcKey;
    }
}
