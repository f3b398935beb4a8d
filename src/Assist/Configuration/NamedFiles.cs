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
        if (config.Eapi.Https is null) return;
        Authorities("switch.ca", config.Eapi.Ca, "switch_ca", "the switch's certificate");
        Password("switch.password_file", config.Eapi.PasswordFile);
    }

    public IReadOnlyList<FileFault> Faults => _faults;

    /// <summary>When the first certificate of each use ends, UTC; uses are <c>listener</c>, <c>client_ca</c> and
    /// <c>switch_ca</c>.</summary>
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
        if (listener < 0 && config.Eapi.Https is null) return false;
        if (OpenSsl.Missing is not { } missing) return false;
        var (key, way) = listener < 0 ? ("switch.eapi", "the unix socket") : ($"listeners.{listener}", "udp or tcp");
        _faults.Add(new FileFault(key, FileGravity.Unusable, $"{missing}; install it, or use {way}"));
        return true;
    }

    private void Listener(ListenerOptions listener, string path)
    {
        if (Load($"{path}.certificate", listener.Certificate, file => _judge.Server(PemFiles.Certificates(file)))
            is { } server)
        {
            _ends.Add(("listener", server.NotAfter));
            Add($"{path}.certificate", listener.Certificate!, server.Faults);
            if (_hasSecrets)
                Load($"{path}.key", listener.Key, key => PemFiles.WithKey(listener.Certificate!, key))?.Dispose();
        }
        CheckSecrecy($"{path}.key", listener.Key);
        Authorities($"{path}.client_ca", listener.ClientCa, "client_ca", "the clients' certificates");
    }

    private void Authorities(string key, string? file, string use, string whose)
    {
        if (Load(key, file, path => _judge.Authorities(PemFiles.Certificates(path), whose)) is not { } judged)
            return;
        _ends.Add((use, judged.NotAfter));
        Add(key, file!, judged.Faults);
    }

    private void Password(string key, string? file)
    {
        if (!_hasSecrets) return;
        var first = Load(key, file, path => File.ReadLines(path).FirstOrDefault() ?? "");
        if (first is { } password && string.IsNullOrWhiteSpace(password))
            Add(key, file!, [(FileGravity.Unusable, "its first line is empty; write the password there")]);
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
