using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Addresses;

namespace Assist.Inputs.Syslog;

/// <summary>A client that a TLS listener lets in: by the fingerprint of its certificate (RFC 5425 4.2.2), or by a DNS
/// name or address that the certificate states (5.2).</summary>
public sealed record PermittedPeer
{
    private const int Sha256Length = 64;
    private const int Sha1Length = 40;

    private readonly IpAddr _address;

    private PermittedPeer(PeerKind kind, string value, IpAddr address = default) =>
        (Kind, Value, _address) = (kind, value, address);

    public PeerKind Kind { get; }

    /// <summary>A fingerprint as hexadecimal digits, or a name without a final dot.</summary>
    public string Value { get; }

    /// <summary>Needs no authority: nobody else has the key to this very certificate.</summary>
    public bool IsFingerprint => Kind is PeerKind.Sha256 or PeerKind.Sha1;

    /// <summary>Null where the text is none of the forms.</summary>
    public static PermittedPeer? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (AfterPrefix(text, "sha-256:") is { } sha256) return Fingerprint(PeerKind.Sha256, sha256, Sha256Length);
        if (AfterPrefix(text, "sha-1:") is { } sha1) return Fingerprint(PeerKind.Sha1, sha1, Sha1Length);
        if (IpAddr.TryParse(text, out var address)) return new PermittedPeer(PeerKind.Address, $"{address}", address);
        return DnsName.Parse(text) is { } name ? new PermittedPeer(PeerKind.Name, name) : null;
    }

    /// <summary>The certificate's fingerprint as it is written in a configuration.</summary>
    public static string FingerprintOf(X509Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return $"sha-256:{string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(b => $"{b:X2}"))}";
    }

    internal bool Matches(X509Certificate2 certificate, CertificateNames? names) => Kind switch
    {
        PeerKind.Sha256 => certificate.GetCertHashString(HashAlgorithmName.SHA256) == Value,
        PeerKind.Sha1 => certificate.GetCertHashString(HashAlgorithmName.SHA1) == Value,
        PeerKind.Address => names?.Addresses.Contains(_address) ?? false,
        _ => names?.Names.Any(name => DnsName.Match(Value, name)) ?? false,
    };

    private static string? AfterPrefix(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : null;

    private static PermittedPeer? Fingerprint(PeerKind kind, string text, int length)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return digits.Length == length && digits.All(char.IsAsciiHexDigit) ? new PermittedPeer(kind, digits) : null;
    }
}

public enum PeerKind { Sha256, Sha1, Address, Name }

/// <summary>DNS names in certificates and configurations, both of which may use a wildcard (RFC 5425 5.2).</summary>
internal static class DnsName
{
    /// <summary>Without a final dot; null if it is no host name. An asterisk may only be the whole left-most label, and
    /// not the only one: receivers that let it stand for a part of a label, or further right, have been
    /// fooled.</summary>
    public static string? Parse(string text)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        if (name.Length is 0 or > 253) return null;
        var labels = name.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            var isWildcard = i == 0 && labels.Length > 1 && labels[0] == "*";
            if (!isWildcard && !IsLabel(labels[i])) return null;
        }
        return name;
    }

    /// <summary>Both parsed. A wildcard on either side stands for exactly one label.</summary>
    public static bool Match(string a, string b)
    {
        if (!HasWildcard(a) && !HasWildcard(b)) return Same(a, b);
        var (endOfA, endOfB) = (a.IndexOf('.', StringComparison.Ordinal), b.IndexOf('.', StringComparison.Ordinal));
        return endOfA > 0 && endOfB > 0 && Same(a[endOfA..], b[endOfB..]);
    }

    private static bool HasWildcard(string name) => name.StartsWith("*.", StringComparison.Ordinal);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    // Letters, digits and hyphens (RFC 1123 2.1), and the underscore that some networks use. Other scripts are written
    // in their ASCII form (xn--), in certificates and here.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
