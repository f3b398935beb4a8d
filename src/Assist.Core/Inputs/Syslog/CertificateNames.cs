using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Addresses;

namespace Assist.Inputs.Syslog;

/// <summary>The names and addresses a certificate states for its holder.</summary>
internal sealed record CertificateNames(IReadOnlyList<string> Names, IReadOnlyList<IpAddr> Addresses)
{
    private const string CommonName = "2.5.4.3";

    /// <summary>Null if what it states cannot be trusted to be one name: a NUL ends a name for some and not for
    /// others. Names that are no host names, such as those with a misplaced wildcard, are left out.</summary>
    public static CertificateNames? Of(X509Certificate2 certificate)
    {
        try
        {
            var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
            var stated = alternatives.Count > 0
                ? alternatives.SelectMany(names => names.EnumerateDnsNames()).ToList()
                // RFC 6125 6.4.4: the subject counts only where there are no alternatives to it.
                : CommonNames(certificate.SubjectName);
            if (stated.Exists(name => name.Contains('\0', StringComparison.Ordinal))) return null;
            return new CertificateNames(
                [.. stated.Select(DnsName.Parse).OfType<string>()],
                [.. alternatives.SelectMany(names => names.EnumerateIPAddresses()).Select(IpAddr.From)]);
        }
        catch (CryptographicException)   // an extension that is not what it should be
        {
            return null;
        }
    }

    // The most specific one alone, should there be several.
    private static List<string> CommonNames(X500DistinguishedName subject) =>
        [.. subject.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
            .Select(part => part.GetSingleElementValue()).OfType<string>().Take(1)];
}
