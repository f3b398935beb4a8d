using System.Net;

namespace Assist.Configuration;

/// <summary>What the daemon serves and tells beside its own commands.</summary>
public sealed record OutwardOptions
{
    /// <summary>Where /metrics is served alone; null serves it nowhere.</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>The page and the interface for programs; null serves none.</summary>
    public HttpOptions? Http { get; init; }

    /// <summary>Whom the daemon tells what happens; null tells nobody.</summary>
    internal EventOptions? Events { get; init; }
}

/// <summary>The page, and the interface for programs.</summary>
public sealed record HttpOptions
{
    public const int DefaultPort = 9465;

    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>PEM files, both or none; null serves without TLS.</summary>
    public string? Certificate { get; init; }
    public string? Key { get; init; }

    /// <summary>Before every path, such as <c>/assist</c>; empty for none.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Its first line is the token that changes need; null allows none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>True where questions need the token too.</summary>
    public bool TokenToRead { get; init; }

    /// <summary>Names by which a browser may ask without TLS, beside addresses and localhost.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>At once; readers of events have half of them at most.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>In which a request must have come, and after which an idle connection is closed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>metrics and http: what is served over HTTP.</summary>
internal sealed class HttpReader(FilePaths paths, Diagnostics faults)
{
    // Of the example in an error.
    private const int MetricsPort = 9464;
    private const int LongestName = 253;
    private const int LongestPrefix = 128;

    public OutwardOptions Web(Section root)
    {
        var read = new OutwardOptions { Metrics = Metrics(root.Sub("metrics")), Http = Http(root) };
        if (read.Metrics is { } metrics && metrics.Equals(read.Http?.Listen))
            faults.Error(
                root.Find("metrics")!.Value.At, $"metrics.listen: {metrics} is http.listen too; remove metrics, "
                + "because http serves them as well");
        return read;
    }

    private IPEndPoint? Metrics(Section section)
    {
        var read = EndPointReader.Read(
            section, MetricsPort, "name the address that your Prometheus server uses, or 127.0.0.1", faults);
        section.Done();
        return read;
    }

    // Null where there is no such section.
    private HttpOptions? Http(Section root)
    {
        if (root.Find("http") is not { } entry) return null;
        var section = Section.Of(entry.Value, entry.At, "http", faults);
        var defaults = new HttpOptions();
        var read = new HttpOptions
        {
            Listen = EndPointReader.Read(
                section, HttpOptions.DefaultPort, "name one of its addresses, and see docs/http.md", faults)
                ?? defaults.Listen,
            Certificate = paths.Existing(section, "certificate"),
            Key = paths.Existing(section, "key"),
            PathPrefix = Prefix(section),
            TokenFile = paths.Existing(section, "token_file"),
            TokenToRead = section.Flag("token_to_read", false),
            HostNames = Names(section),
            MaxConnections = section.Integer("connections", defaults.MaxConnections, 4, 1024),
            Timeout = section.Duration(
                "timeout", defaults.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
        };
        section.Done();
        CheckFiles(section);
        CheckSecrecy(section, read);
        return read;
    }

    private void CheckFiles(Section section)
    {
        foreach (var (key, other) in new[] { ("certificate", "key"), ("key", "certificate") })
            if (section.Find(key) is { } entry && section.Find(other) is null)
                faults.Error(entry.At, $"http.{key} needs http.{other} too; TLS is off without both");
        if (section.Find("token_to_read") is { } reads && section.Find("token_file") is null)
            faults.Error(reads.At, "http.token_to_read needs http.token_file, or nobody could read");
    }

    private void CheckSecrecy(Section section, HttpOptions read)
    {
        if (read.TokenFile is not null && read.Certificate is null && !IPAddress.IsLoopback(read.Listen.Address))
            faults.Warn(
                section.Find("token_file")!.Value.At,
                "http.token_file: without TLS everybody on the way reads the token; add certificate and key, or listen "
                + "on 127.0.0.1 behind a reverse proxy");
    }

    private string Prefix(Section section)
    {
        if (section.Scalar("path_prefix") is not { } value) return "";
        var text = value.Text.TrimEnd('/');
        if (IsPath(text)) return text;
        faults.Error(
            value.At, $"http.path_prefix: \"{value.Text}\" is not the beginning of a path, such as /assist");
        return "";
    }

    /// <summary>True for what may stand in a path as it is, and for nothing at all.</summary>
    public static bool IsPath(string text) =>
        text.Length == 0 || (text is ['/', not '/', ..] && text.Length <= LongestPrefix
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~')
            && !text.Contains("..", StringComparison.Ordinal));

    private List<string> Names(Section section)
    {
        var read = new List<string>();
        foreach (var value in section.Scalars("host_names"))
        {
            if (value.Text.Length is > 0 and <= LongestName
                && value.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
                read.Add(value.Text.ToLowerInvariant());
            else
                faults.Error(
                    value.At, $"http.host_names: \"{value.Text}\" is no name of a host, such as switch1.example.net; "
                    + "write it without a port");
        }
        return read;
    }
}
