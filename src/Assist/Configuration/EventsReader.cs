using System.Globalization;
using System.Text.Json;
using Assist.Flows;

namespace Assist.Configuration;

/// <summary>events: whom the daemon tells what happens.</summary>
internal sealed class EventsReader(FilePaths paths, Diagnostics faults)
{
    private const int SyslogTlsPort = 6514;

    private static readonly string[] s_facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "security", "console", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly (string Word, EventTopic Topic)[] s_topics =
    [
        .. Enum.GetValues<EventTopic>()
            .Select(topic => (JsonNamingPolicy.SnakeCaseLower.ConvertName($"{topic}"), topic)),
    ];

    /// <summary>Null where there is no such section.</summary>
    public EventOptions? Read(Section root)
    {
        if (root.Find("events") is not { } entry) return null;
        var section = Section.Of(entry.Value, entry.At, "events", faults);
        var choice = Choice(section, new EventChoice());
        var before = faults.Count;
        var read = new EventOptions
        {
            Syslog = section.Find("syslog") is null ? null : Syslog(section.Sub("syslog"), choice),
            Webhook = section.Find("webhook") is null ? null : Webhook(section.Sub("webhook"), choice),
            File = section.Find("file") is null ? null : FileOf(section.Sub("file"), choice),
        };
        section.Done();
        if (read == new EventOptions() && faults.Count == before)
            faults.Error(entry.At, "events: nobody is told; add syslog, webhook or file, or remove the section");
        return read;
    }

    private EventChoice Choice(Section section, EventChoice fallback)
    {
        var topics = new HashSet<EventTopic>();
        foreach (var value in section.Scalars("on"))
        {
            var found = Array.FindIndex(s_topics, each => each.Word == value.Text);
            if (found >= 0) topics.Add(s_topics[found].Topic);
            else faults.Error(value.At, $"{section.PathOf("on")}: \"{value.Text}\" is not one of "
                + string.Join(", ", s_topics.Select(each => each.Word))
                + Nearest.Hint(value.Text, s_topics.Select(each => each.Word)));
        }
        return new EventChoice
        {
            On = topics.Count > 0 ? topics : fallback.On,
            PerSecond = section.Integer("per_second", fallback.PerSecond, 1, 1000),
        };
    }

    private EventSyslogOptions? Syslog(Section section, EventChoice choice)
    {
        var address = Address(section);
        var read = new EventSyslogOptions(address?.Host ?? "", address?.Port ?? 0, Choice(section, choice))
        {
            Transport = section.Choice("transport", Transport.Udp,
                ("udp", Transport.Udp), ("tcp", Transport.Tcp), ("tls", Transport.Tls)),
            Ca = paths.Existing(section, "ca"),
            Certificate = paths.Existing(section, "certificate"),
            Key = paths.Existing(section, "key"),
            Name = section.Text("name"),
            Facility = section.Choice("facility", new EventSyslogOptions("", 0, choice).Facility,
                [.. s_facilities.Select((word, code) => (word, code))]),
        };
        section.Done();
        CheckTls(section, read);
        return address is null ? null : read;
    }

    private void CheckTls(Section section, EventSyslogOptions read)
    {
        foreach (var (key, other) in new[] { ("certificate", "key"), ("key", "certificate") })
            if (section.Find(key) is { } entry && section.Find(other) is null)
                faults.Error(entry.At, $"{section.PathOf(key)} needs {section.PathOf(other)} too");
        if (read.Transport == Transport.Tls) return;
        foreach (var key in new[] { "ca", "certificate", "key", "name" })
            if (section.Find(key) is { } entry)
                faults.Warn(entry.At, $"{section.PathOf(key)} has no effect without transport: tls");
    }

    // Null where it is missing or reported.
    private (string Host, int Port)? Address(Section section)
    {
        var key = section.PathOf("server");
        if (section.Scalar("server") is not { } value)
        {
            if (section.Find("server") is null)
                faults.Missing(key, section.At, $"{key} must be set: who receives, such as 192.0.2.50:{SyslogTlsPort}");
            return null;
        }
        var colon = value.Text.LastIndexOf(':');
        var host = colon < 0 ? "" : value.Text[..colon];
        if (host is ['[', .., ']']) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) host = "";
        if (Uri.CheckHostName(host) != UriHostNameType.Unknown
            && int.TryParse(value.Text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= ushort.MaxValue)
            return (host, port);
        faults.Error(value.At, $"{key}: \"{value.Text}\" is no host and port, such as 192.0.2.50:{SyslogTlsPort}, "
            + $"[2001:db8::1]:{SyslogTlsPort} or siem.example.net:{SyslogTlsPort}");
        return null;
    }

    private EventWebhookOptions Webhook(Section section, EventChoice choice)
    {
        var defaults = new EventWebhookOptions(choice);
        var read = new EventWebhookOptions(Choice(section, choice))
        {
            Url = Url(section),
            UrlFile = paths.Existing(section, "url_file"),
            TokenFile = paths.Existing(section, "token_file"),
            Ca = paths.Existing(section, "ca"),
            Template = Template(section),
            Timeout = section.Duration(
                "timeout", defaults.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
        };
        section.Done();
        var (url, file) = (section.Find("url"), section.Find("url_file"));
        if (url is null && file is null)
            faults.Missing(section.PathOf("url"), section.At,
                "events.webhook needs url, or url_file where the address is a secret");
        if (url is not null && file is not null)
            faults.Error(file.At, "events.webhook has url and url_file; write one of them");
        return read;
    }

    private Uri? Url(Section section)
    {
        if (section.Scalar("url") is not { } value) return null;
        if (UrlOf(value.Text) is { } url) return url;
        // What is no address may hold a password all the same.
        faults.Error(value.At, $"{section.PathOf("url")}: this is no address; write \"https://host/path\", without a "
            + "user or a password");
        return null;
    }

    /// <summary>Null for what is no address of http or https.</summary>
    public static Uri? UrlOf(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.Host.Length > 0 && url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url : null;

    private EventTemplate? Template(Section section)
    {
        if (section.Scalar("template") is not { } value) return null;
        var template = EventTemplate.Parse(value.Text, out var fault);
        if (fault is not null) faults.Error(value.At, $"{section.PathOf("template")}: {fault}");
        return template;
    }

    private EventFileOptions? FileOf(Section section, EventChoice choice)
    {
        var path = paths.ToMake(section, "path", "events.jsonl");
        var read = new EventFileOptions(path ?? "", Choice(section, choice));
        read = read with
        {
            MaxFileSize = section.Size("max_file_size", read.MaxFileSize, 65_536, 1 << 30),
            KeepFiles = section.Integer("keep_files", read.KeepFiles, 1, 1000),
        };
        section.Done();
        if (section.Find("path") is null)
            faults.Missing(section.PathOf("path"), section.At,
                "events.file.path must be set, such as /var/log/assist/events.jsonl");
        return path is null ? null : read;
    }
}
