using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Hashing;
using Microsoft.Extensions.Logging;

namespace Assist.Inputs.Syslog;

/// <summary>Certificate, key and client authority of a TLS listener, read again when the files change. A connection
/// keeps what it began with. Used by connection threads, the watchdog, status and the HTTP endpoint.</summary>
public sealed partial class TlsCredentials
{
    private static readonly TimeSpan s_checkInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_reminder = TimeSpan.FromDays(1);

    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly string _certificate;
    private readonly string? _key;
    private readonly string? _clientCa;
    private readonly IReadOnlyList<PermittedPeer>? _peers;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private Material _material;
    private string _stamp;
    private TimeSpan _checked;
    private TimeSpan? _reminded;
    private string? _fault;

    /// <exception cref="ListenerException">A file cannot be used.</exception>
    public TlsCredentials(ListenerOptions options, ILogger log, TimeProvider time)
    {
        (_log, _time, _name) = (log, time, ListenerSocket.Describe(options));
        _certificate = options.Certificate
            ?? throw new ListenerException($"cannot listen on {_name}: it has no certificate");
        (_key, _clientCa, _peers) = (options.Key, options.ClientCa, options.PermittedPeers);
        if (OpenSsl.Missing is { } missing) throw new ListenerException($"cannot listen on {_name}: {missing}");
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

    /// <summary>True where a client has to prove its certificate.</summary>
    public bool AsksForClients => _clientCa is not null || _peers is not null;

    /// <summary>What is wrong with the files now; null while nothing is.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
                return _fault is not null ? $"{_name} keeps its certificates, the new ones cannot be used: {_fault}"
                    : _material.NotBefore > Now
                        ? $"{_name}: the certificate is not valid before {_material.NotBefore:u}; "
                            + "check this machine's clock, or replace the files"
                    : Left <= TimeSpan.Zero
                        ? $"{_name}: the certificate expired at {_material.NotAfter:u}; replace its files"
                    : Left < CertificateEnd.Urgent
                        ? $"{_name}: the certificate expires at {_material.NotAfter:u}; replace its files before that"
                    : null;
        }
    }

    /// <summary>Null while the certificate is valid for more than 30 days, and once its end is a fault.</summary>
    public string? Notice
    {
        get
        {
            lock (_gate)
                return Left >= CertificateEnd.Urgent && Left < CertificateEnd.Soon
                    ? $"{_name}: the certificate expires at {_material.NotAfter:u}"
                    : null;
        }
    }

    // Under the gate.
    private TimeSpan Left => _material.NotAfter - Now;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Looks at the files, and once a day at the certificate's end.</summary>
    public void Watch(TimeSpan now)
    {
        lock (_gate)
        {
            Current(now);
            if (Left >= CertificateEnd.Soon || now - _reminded < s_reminder) return;
            _reminded = now;
            if (Left > TimeSpan.Zero) ExpiresSoon(_log, _name, _material.NotAfter);
            else Expired(_log, _name, _material.NotAfter);
        }
    }

    /// <param name="clientFault">Told what is wrong with a client's certificate, if that is why a handshake
    /// fails.</param>
    public SslServerAuthenticationOptions NewOptions(TimeSpan now, Action<string> clientFault)
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
        if (!AsksForClients) return options;
        var check = new ClientCheck(material.ClientCa, _peers, _time);
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = check.NewPolicy();
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (check.Fault(certificate, chain, errors) is not { } fault) return true;
            clientFault(fault);
            return false;
        };
        return options;
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
            _material = Load();
            (_stamp, _fault, _reminded) = (stamp, null, null);
            Reloaded(_log, _name, _material.NotAfter);
        }
        catch (Exception e) when (IsBadFile(e))
        {
            // Tried again at the next look: the other file may follow, or the reason may have been a passing one.
            var reason = Reason(e);
            if (reason == _fault) return;
            _fault = reason;
            ReloadFailed(_log, _name, reason);
        }
    }

    private string Stamp() => $"{FileStamp.Of(_certificate)} {FileStamp.Of(_key)} {FileStamp.Of(_clientCa)}";

    private Material Load()
    {
        var chain = PemFiles.Certificates(_certificate);
        var leaf = PemFiles.WithKey(_certificate, _key);
        var authority = _clientCa is null ? null : PemFiles.Certificates(_clientCa);
        return new Material(
            SslStreamCertificateContext.Create(leaf, chain, offline: true), authority,
            leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime());
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

    [LoggerMessage(EventId = 143, Level = LogLevel.Error, Message =
        "{Listener} has a certificate that expired at {NotAfter:u}; clients will refuse it")]
    private static partial void Expired(ILogger log, string listener, DateTime notAfter);

    private sealed record Material(
        SslStreamCertificateContext Server, X509Certificate2Collection? ClientCa, DateTime NotBefore,
        DateTime NotAfter);
}
