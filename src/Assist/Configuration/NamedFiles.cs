using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Flows;
using Assist.Hashing;
using Assist.Inputs.Syslog;

namespace Assist.Configuration;

internal enum FileGravity
{
    /// <summary>Of an authority of several: another one in the file is good.</summary>
    Covered,

    /// <summary>Works, but is probably not meant or ends soon.</summary>
    Warning,

    /// <summary>Bad by the time of now, or for most clients. No reason to refuse a start: after a loss of power the
    /// clock may be wrong, some clients do not look, and other listeners work.</summary>
    Doubtful,

    /// <summary>Works at no time.</summary>
    Unusable,
}

/// <param name="Key">Of the configuration, such as <c>listeners.0.key</c>.</param>
/// <param name="Text">Begins with the file; says what is wrong and the way out.</param>
internal sealed record FileFault(string Key, FileGravity Gravity, string Text);

/// <summary>Loads the certificates, keys, authorities and passwords that a configuration names, as far as they are
/// here, and judges them. A file that is missing is the loader's to tell.</summary>
internal sealed class NamedFiles
{
    /// <summary>In characters: a token of hexadecimal digits then has 64 bits.</summary>
    private const int ShortestToken = 16;

    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly List<FileFault> _faults = [];
    private readonly List<(string Use, DateTime NotAfter)> _ends = [];
    private readonly CertificateJudge _judge;
    private readonly bool _hasSecrets;

    /// <param name="now">UTC.</param>
    /// <param name="withSecrets">False leaves out keys and passwords, which change with nothing but their
    /// files.</param>
    public NamedFiles(AssistConfig config, DateTime now, bool withSecrets = true)
    {
        (_judge, _hasSecrets) = (new CertificateJudge(now), withSecrets);
        if (IsWithoutTls(config)) return;
        for (var i = 0; i < config.Listeners.Count; i++)
            if (config.Listeners[i].Transport == Transport.Tls) Listener(config.Listeners[i], $"listeners.{i}");
        if (config.Outward.Http is { } http)
        {
            Server("http", http.Certificate, http.Key, "http");
            Secret("http.token_file", http.TokenFile, HttpTokenFault);
        }
        if (config.Outward.Events is { } events) Receivers(events);
        if (config.Eapi.Https is null) return;
        Authorities("switch.ca", config.Eapi.Ca, "switch_ca", "the switch's certificate");
        Secret(
            "switch.password_file", config.Eapi.PasswordFile,
            line => string.IsNullOrWhiteSpace(line) ? "its first line is empty; write the password there" : null);
    }

    public IReadOnlyList<FileFault> Faults => _faults;

    /// <summary>When the first certificate of each use ends, UTC; uses are <c>listener</c>, <c>client_ca</c>,
    /// <c>switch_ca</c>, <c>http</c> and <c>events</c>.</summary>
    public IReadOnlyDictionary<string, DateTime> Ends =>
        _ends.GroupBy(end => end.Use).ToDictionary(use => use.Key, use => use.Min(end => end.NotAfter));

    /// <summary>The result of `check`: that of the loader and what is wrong with the files.</summary>
    /// <param name="refused">The least gravity that is an error; what is less is a warning.</param>
    public static ConfigurationResult Judge(ConfigurationResult read, DateTime now, FileGravity refused)
    {
        if (read.Readable is not { } config) return read;
        var places = config.Source.Places;
        var found = new Diagnostics();
        foreach (var fault in new NamedFiles(config, now).Faults)
        {
            var at = places.GetValueOrDefault(fault.Key, new Position(config.Source.File, 0, 0));
            var text = $"{fault.Key}: {fault.Text}";
            if (fault.Gravity >= refused) found.Error(at, text);
            else found.Warn(at, text);
        }
        return new ConfigurationResult(
            found.HasErrors ? null : read.Config,
            [.. read.Errors.Concat(found.Errors).OrderBy(error => error.Line).ThenBy(error => error.Column)],
            [.. read.Warnings, .. found.Warnings])
        {
            Readable = config,
        };
    }

    // Nothing can be loaded then.
    private bool IsWithoutTls(AssistConfig config)
    {
        var listener = config.Listeners.ToList().FindIndex(each => each.Transport == Transport.Tls);
        var isHttps = config.Outward.Http?.Certificate is not null;
        var receiver = config.Outward.Events?.OverTls;
        if (listener < 0 && config.Eapi.Https is null && !isHttps && receiver is null) return false;
        if (OpenSsl.Missing is not { } missing) return false;
        var (key, way) = listener >= 0 ? ($"listeners.{listener}", "udp or tcp")
            : isHttps ? ("http.certificate", "http behind a reverse proxy")
            : receiver is not null ? (receiver, "a receiver without TLS")
            : ("switch.eapi", "the unix socket");
        _faults.Add(new FileFault(key, FileGravity.Unusable, $"{missing}; install it, or use {way}"));
        return true;
    }

    /// <summary>What is wrong with a token of the HTTP endpoint; null where it can be used.</summary>
    public static string? HttpTokenFault(string line) =>
        line.Trim().Length < ShortestToken || line.Trim().Any(c => c is <= ' ' or > '~')
            ? $"its first line is no token of {ShortestToken} visible ASCII characters or more; make one with "
                + "`openssl rand -hex 32`"
            : null;

    private void Listener(ListenerOptions listener, string path)
    {
        Server(path, listener.Certificate, listener.Key, "listener");
        Authorities($"{path}.client_ca", listener.ClientCa, "client_ca", "the clients' certificates");
    }

    private void Receivers(EventOptions events)
    {
        Authorities("events.syslog.ca", events.Syslog?.Ca, "events", "the receiver's certificate");
        Authorities("events.webhook.ca", events.Webhook?.Ca, "events", "the receiver's certificate");
        if (_hasSecrets && events.Syslog is { Certificate: { } certificate, Key: { } key })
            Load("events.syslog.key", key, file => PemFiles.WithKey(certificate, file))?.Dispose();
        CheckSecrecy("events.syslog.key", events.Syslog?.Key);
        Secret("events.webhook.token_file", events.Webhook?.TokenFile, HttpTokenFault);
        Secret(
            "events.webhook.url_file", events.Webhook?.UrlFile, line => EventsReader.UrlOf(line) is null
                ? "its first line is no address, such as https://chat.example.net/hooks/..." : null);
    }

    private void Server(string path, string? certificate, string? key, string use)
    {
        if (Load($"{path}.certificate", certificate, file => _judge.Server(PemFiles.Certificates(file)))
            is { } server)
        {
            _ends.Add((use, server.NotAfter));
            Add($"{path}.certificate", certificate!, server.Faults);
            if (_hasSecrets)
                Load($"{path}.key", key, file => PemFiles.WithKey(certificate!, file))?.Dispose();
        }
        CheckSecrecy($"{path}.key", key);
    }

    private void Authorities(string key, string? file, string use, string whose)
    {
        if (Load(key, file, path => _judge.Authorities(PemFiles.Certificates(path), whose)) is not { } judged)
            return;
        _ends.Add((use, judged.NotAfter));
        Add(key, file!, judged.Faults);
    }

    /// <param name="judge">What is wrong with the first line; null where it can be used.</param>
    private void Secret(string key, string? file, Func<string, string?> judge)
    {
        if (!_hasSecrets) return;
        var first = Load(key, file, path => File.ReadLines(path).FirstOrDefault() ?? "");
        if (first is not null && judge(first) is { } fault) Add(key, file!, [(FileGravity.Unusable, fault)]);
        CheckSecrecy(key, file);
    }

    private void CheckSecrecy(string key, string? file)
    {
        if (_hasSecrets && Load(key, file, OpenToOthers) is { } fault)
            Add(key, file!, [(FileGravity.Unusable, fault)]);
    }

    /// <summary>Why a file is no secret; null where it is one.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static string? OpenToOthers(string file) =>
        (File.GetUnixFileMode(file) & Others) == UnixFileMode.None ? null
            : "every user of this machine may read or write it, so it is no secret; take that away with chmod o-rwx, "
                + "and replace what was readable";

    private void Add(string key, string file, IEnumerable<(FileGravity Gravity, string Text)> faults) =>
        _faults.AddRange(faults.Select(fault => new FileFault(key, fault.Gravity, $"{file}: {fault.Text}")));

    private T? Load<T>(string key, string? file, Func<string, T> load)
        where T : class?
    {
        if (file is null || !File.Exists(file)) return null;
        try
        {
            return load(file);
        }
        catch (CryptographicException e)
        {
            _faults.Add(new FileFault(key, FileGravity.Unusable, e.Message.ReplaceLineEndings(" ")));
        }
        catch (UnauthorizedAccessException)
        {
            // The daemon may be another user.
            Add(key, file, [(FileGravity.Warning, "this user may not read it, so it was not judged; "
                + "run the command as the daemon's user, for example with sudo")]);
        }
        catch (IOException e)
        {
            Add(key, file, [(FileGravity.Unusable, e.Message)]);
        }
        return null;
    }
}
