using System.Security.Cryptography.X509Certificates;
using Assist.Inputs.Syslog;

namespace Assist.Configuration;

/// <summary>What was found of the certificates in one file.</summary>
/// <param name="NotAfter">UTC; of several the last.</param>
internal sealed record JudgedCertificates(DateTime NotAfter, IReadOnlyList<(FileGravity Gravity, string Text)> Faults);

/// <summary>Judges certificates by their use and their time.</summary>
/// <param name="now">UTC.</param>
internal sealed class CertificateJudge(DateTime now)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>Of a listener's own certificate, which is the first.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An extension cannot be
    /// read.</exception>
    public JudgedCertificates Server(X509Certificate2Collection chain) =>
        new(chain[0].NotAfter.ToUniversalTime(), [.. OfServer(chain[0])]);

    /// <summary>Of the authorities in one file. One that is good is enough.</summary>
    /// <param name="whose">Whose certificates they vouch for.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">An extension cannot be
    /// read.</exception>
    public JudgedCertificates Authorities(X509Certificate2Collection certificates, string whose) =>
        new(certificates.Max(each => each.NotAfter).ToUniversalTime(), [.. OfAuthorities(certificates, whose)]);

    private IEnumerable<(FileGravity Gravity, string Text)> OfServer(X509Certificate2 certificate)
    {
        var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(extension => extension.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>())
            .Select(purpose => purpose.Value).ToList();
        if (purposes.Count > 0 && !purposes.Contains(ServerAuthentication) && !purposes.Contains(AnyPurpose))
            yield return (FileGravity.Doubtful, "the certificate is not for servers: its extended key usage lacks "
                + "serverAuth, so most clients refuse it; have one issued for a server");
        if (OfTime(certificate, FileGravity.Doubtful, FileGravity.Warning) is { } fault) yield return fault;
    }

    private IEnumerable<(FileGravity Gravity, string Text)> OfAuthorities(
        X509Certificate2Collection certificates, string whose)
    {
        var authorities = certificates.Where(IsAuthority).ToList();
        if (authorities.Count == 0)
            yield return (FileGravity.Unusable, "the certificate is not that of an authority, so it vouches for "
                + $"nobody; name the certificate of the authority that has signed {whose}");
        // While authorities change, a file holds the old one and the new one.
        var bad = authorities.Exists(IsInForce) ? FileGravity.Covered : FileGravity.Doubtful;
        var soon = authorities.Exists(authority => IsInForce(authority) && !EndsSoon(authority))
            ? FileGravity.Covered
            : FileGravity.Warning;
        foreach (var authority in authorities)
            if (OfTime(authority, bad, soon) is { } fault) yield return fault;
    }

    // A certificate that signed itself may be trusted for itself.
    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
        || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority);

    private bool IsInForce(X509Certificate2 certificate) =>
        certificate.NotBefore.ToUniversalTime() <= now && certificate.NotAfter.ToUniversalTime() > now;

    private bool EndsSoon(X509Certificate2 certificate) =>
        certificate.NotAfter.ToUniversalTime() - now < CertificateEnd.Urgent;

    /// <param name="bad">Where it is out of its time.</param>
    /// <param name="soon">Where it ends soon.</param>
    private (FileGravity Gravity, string Text)? OfTime(
        X509Certificate2 certificate, FileGravity bad, FileGravity soon)
    {
        var (begin, end) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        if (begin > now)
            return (bad, $"the certificate is not valid before {begin:u}; check this machine's clock, which says "
                + $"{now:u}, or replace the file");
        if (end <= now) return (bad, $"the certificate expired at {end:u}; replace the file");
        return EndsSoon(certificate)
            ? (soon, $"the certificate expires at {end:u}; replace the file before that")
            : null;
    }
}
