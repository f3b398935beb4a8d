using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assist.Inputs.Syslog;

/// <summary>When the end of a certificate is told.</summary>
public static class CertificateEnd
{
    /// <summary>Before the end it is a notice.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <summary>Before the end it is a problem.</summary>
    public static readonly TimeSpan Urgent = TimeSpan.FromDays(14);
}

/// <summary>Reads PEM files of certificates and keys. An error names the file, its one cause and the way out: the base
/// library has one text for several causes.</summary>
public static class PemFiles
{
    // Long chains have some 20 KiB; a device or a log given by mistake ends here.
    private const int MaxBytes = 1 << 20;
    private const string KeyLabel = "PRIVATE KEY-----";

    /// <summary>All certificates of a file, at least one.</summary>
    /// <exception cref="CryptographicException">It holds none, or one that cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static X509Certificate2Collection Certificates(string path)
    {
        var pem = Text(path, "openssl x509 -inform der");
        var read = new X509Certificate2Collection();
        try
        {
            read.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw Bad(path, $"holds a certificate that cannot be read: {e.Message}", e);
        }
        if (read.Count > 0) return read;
        throw Bad(path, pem.Contains(KeyLabel, StringComparison.Ordinal)
            ? "holds a private key and no certificate; perhaps certificate and key are swapped"
            : "holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----");
    }

    /// <summary>The first certificate of a file with its key.</summary>
    /// <param name="key">Null where the key is in the file of the certificate.</param>
    /// <exception cref="CryptographicException">One of them is missing or cannot be used, or they do not belong
    /// together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static X509Certificate2 WithKey(string certificate, string? key)
    {
        var (chain, keyFile) = (Text(certificate, "openssl x509 -inform der"), key ?? certificate);
        var pem = Text(keyFile, "openssl pkey -inform der");
        if (FaultOfKey(pem) is { } fault) throw Bad(keyFile, fault);
        try
        {
            return X509Certificate2.CreateFromPem(chain, pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Bad(keyFile, IsKey(pem)
                ? $"is not the key of the certificate in {certificate}"
                : $"holds a private key that cannot be read: {e.Message}", e);
        }
    }

    private static string? FaultOfKey(string pem)
    {
        if (pem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
            || pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            return "holds an encrypted key, and nobody is there to type its password; decrypt it with "
                + "`openssl pkey -in OLD -out NEW` and let only the daemon's user read the new file";
        if (pem.Contains(KeyLabel, StringComparison.Ordinal)) return null;
        return pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
            ? "holds a certificate and no private key; perhaps certificate and key are swapped"
            : "holds no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----";
    }

    private static bool IsKey(string pem)
    {
        using var rsa = RSA.Create();
        using var ec = ECDsa.Create();
        return CanImport(rsa, pem) || CanImport(ec, pem);
    }

    private static bool CanImport(AsymmetricAlgorithm algorithm, string pem)
    {
        try
        {
            algorithm.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static string Text(string path, string conversion)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // A health check reads these files each minute: no more is allocated than they need.
        var bytes = new byte[(file.CanSeek ? Math.Min(file.Length, MaxBytes) : MaxBytes) + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == 0) throw Bad(path, "is empty");
        if (length > MaxBytes) throw Bad(path, "is larger than 1 MiB, so it is no certificate and no key");
        // An ASN.1 sequence with a length of several bytes: DER, or PKCS #12.
        if (bytes[0] == 0x30 && bytes[1] > 0x80)
            throw Bad(path, $"is binary (DER) and not PEM; convert it with `{conversion} -in OLD -out NEW`");
        // With a byte order mark, or in UTF-16, as editors on other systems write it.
        using var text = new StreamReader(new MemoryStream(bytes, 0, length));
        return text.ReadToEnd();
    }

    private static CryptographicException Bad(string path, string fault, Exception? cause = null) =>
        new($"{path} {fault}", cause);
}
