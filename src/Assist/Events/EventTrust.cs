using System.Security.Cryptography.X509Certificates;

namespace Assist.Events;

/// <summary>Whom a receiver's certificate must be signed by.</summary>
internal static class EventTrust
{
    /// <exception cref="System.Security.Cryptography.CryptographicException">The file has no certificate.</exception>
    public static X509ChainPolicy Only(string authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(authorities);
        return policy;
    }
}
