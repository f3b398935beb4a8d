using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Assist.Syslog;

/// <summary>Certificate, key and client authority of a TLS listener, read again when the files change. A connection
/// keeps what it began with.</summary>
internal sealed partial class TlsCredentials
{
    private static readonly TimeSpan s_checkInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(30);

    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly string _certificate;
    private readonly string? _key;
    private readonly string? _clientCa;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private Material _material;
    private string _stamp;
    private TimeSpan _checked;

    public TlsCredentials(ListenerOptions options, ILogger log, TimeProvider time)
    {
        (_log, _time, _name) = (log, time, ListenerSocket.Describe(options));
        _certificate = options.Certificate
            ?? throw new ListenerException($"cannot listen on {_name}: it has no certificate");
        (_key, _clientCa) = (options.Key, options.ClientCa);
        OpenSsl.Require(_name);
        try
        {
            _stamp = Stamp();
            _material = Load();
        }
        catch (Exception e) when (IsBadFile(e))
        {
            throw new ListenerException($"cannot listen on {_name}: {Reason(e)}", e);
        }
    }

    /// <param name="clientFault">Told what is wrong with a client's certificate, if that is why a handshake fails.</param>
    public SslServerAuthenticationOptions NewOptions(TimeSpan now, Action<ClientCertificateFault> clientFault)
    {
        var material = Current(now);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Server,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            // A resumed session would carry a client's identity past a change of the authority.
            AllowTlsResume = false,
        };
        if (material.ClientCa is not { } authority) return options;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = ClientPolicy(authority);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors is SslPolicyErrors.None) return true;
            clientFault(new ClientCertificateFault(certificate, chain));
            return false;
        };
        return options;
    }

    private static X509ChainPolicy ClientPolicy(X509Certificate2Collection authority)
    {
        // SslStream adds the demand for clientAuth, which a certificate without extended key usage meets.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authority);
        return policy;
    }

    private Material Current(TimeSpan now)
    {
        lock (_gate)
        {
            if (now - _checked < s_checkInterval) return _material;
            _checked = now;
            Reload();
            return _material;
        }
    }

    private void Reload()
    {
        try
        {
            // Before the files are read: a write in between shows at the next look.
            var stamp = Stamp();
            if (stamp == _stamp) return;
            _stamp = stamp;
            _material = Load();
            Reloaded(_log, _name, _material.NotAfter);
        }
        catch (Exception e) when (IsBadFile(e))
        {
            ReloadFailed(_log, _name, Reason(e));
        }
    }

    private string Stamp() => $"{Stamp(_certificate)} {Stamp(_key)} {Stamp(_clientCa)}";

    // Of the file a link leads to, since certificate tools replace links and targets alike.
    private static string Stamp(string? path)
    {
        if (!File.Exists(path)) return "";
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        return $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {((FileInfo)file).Length}";
    }

    private Material Load()
    {
        var chain = InFile(_certificate, () => ReadAll(_certificate));
        var leaf = InFile(
            _key is null ? _certificate : $"{_certificate} with {_key}",
            () => X509Certificate2.CreateFromPemFile(_certificate, _key));
        var authority = _clientCa is null ? null : InFile(_clientCa, () => ReadAll(_clientCa));
        var notAfter = leaf.NotAfter.ToUniversalTime();
        if (notAfter - _time.GetUtcNow().UtcDateTime < s_soon) ExpiresSoon(_log, _name, notAfter);
        return new Material(SslStreamCertificateContext.Create(leaf, chain, offline: true), authority, notAfter);
    }

    private static X509Certificate2Collection ReadAll(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no certificate");
    }

    // The exceptions of the base library do not name the file.
    private static T InFile<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException($"{path}: {e.Message}", e);
        }
    }

    private static bool IsBadFile(Exception e) =>
        e is CryptographicException or IOException or UnauthorizedAccessException;

    private static string Reason(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    [LoggerMessage(EventId = 140, Level = LogLevel.Information, Message =
        "{Listener} uses the new certificate, valid until {NotAfter:u}")]
    private static partial void Reloaded(ILogger log, string listener, DateTime notAfter);

    [LoggerMessage(EventId = 141, Level = LogLevel.Error, Message =
        "{Listener} keeps its certificates, the new ones cannot be used: {Reason}")]
    private static partial void ReloadFailed(ILogger log, string listener, string reason);

    [LoggerMessage(EventId = 142, Level = LogLevel.Warning, Message =
        "{Listener} has a certificate that expires at {NotAfter:u}")]
    private static partial void ExpiresSoon(ILogger log, string listener, DateTime notAfter);

    private sealed record Material(
        SslStreamCertificateContext Server, X509Certificate2Collection? ClientCa, DateTime NotAfter);
}

/// <summary>Why a client's certificate was refused, in words that hold nothing the client wrote.</summary>
internal sealed class ClientCertificateFault(X509Certificate? certificate, X509Chain? chain)
{
    // Taken at once: the certificate and its chain do not outlive the handshake.
    private readonly string _text = certificate is null
        ? "the client has no certificate"
        : $"client certificate with sha-256 {certificate.GetCertHashString(HashAlgorithmName.SHA256)}: {Status(chain)}";

    public override string ToString() => _text;

    private static string Status(X509Chain? chain)
    {
        var flags = X509ChainStatusFlags.NoError;
        foreach (var status in chain?.ChainStatus ?? []) flags |= status.Status;
        return flags.ToString();
    }
}
