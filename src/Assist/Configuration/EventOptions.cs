using Assist.Flows;

namespace Assist.Configuration;

/// <summary>What other systems may be told of.</summary>
internal enum EventTopic
{
    /// <summary>A flow is on the switch.</summary>
    Add,

    /// <summary>A flow has ended, or an entry that no flow owns was removed.</summary>
    Remove,

    /// <summary>A message was refused, by a guard, by a limit or because it cannot be read.</summary>
    Refuse,

    /// <summary>The switch has refused a flow, or has lost one before its time.</summary>
    Reject,

    /// <summary>A limit is reached: of the table, or of drops within a minute.</summary>
    Limit,

    /// <summary>The switch is lost or back, or its static flows are.</summary>
    Switch,
    Certificate,

    /// <summary>A sender is silent, or its logs cannot be used.</summary>
    Sender,

    /// <summary>Any other problem.</summary>
    Problem,

    /// <summary>An order of an operator.</summary>
    Order,

    /// <summary>The daemon has started, or stops.</summary>
    Daemon,
}

/// <summary>Which facts one receiver gets, and how many.</summary>
internal sealed record EventChoice
{
    public IReadOnlySet<EventTopic> On { get; init; } = Enum.GetValues<EventTopic>().ToHashSet();

    /// <summary>Facts about flows and messages; what is about the whole is sent in any case.</summary>
    public int PerSecond { get; init; } = 20;
}

/// <summary>A receiver of syslog (RFC 5424).</summary>
internal sealed record EventSyslogOptions(string Host, int Port, EventChoice Choice)
{
    public Transport Transport { get; init; } = Transport.Udp;

    /// <summary>PEM file of the authority that signed the receiver's certificate; null takes the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>PEM files of the daemon's own certificate, both or none.</summary>
    public string? Certificate { get; init; }
    public string? Key { get; init; }

    /// <summary>In the receiver's certificate; null is the host.</summary>
    public string? Name { get; init; }

    /// <summary>RFC 5424 6.2.1; 16 is local0.</summary>
    public int Facility { get; init; } = 16;

    public bool IsOverTls => Transport == Transport.Tls;
}

/// <summary>A receiver of HTTP requests.</summary>
internal sealed record EventWebhookOptions(EventChoice Choice)
{
    /// <summary>Null where a file has it: those of chat systems are secrets.</summary>
    public Uri? Url { get; init; }
    public string? UrlFile { get; init; }

    /// <summary>Its first line is sent as <c>Authorization: Bearer</c>.</summary>
    public string? TokenFile { get; init; }
    public string? Ca { get; init; }

    /// <summary>Null sends the fact as it is.</summary>
    public EventTemplate? Template { get; init; }

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Also where a file has the address, which may change.</summary>
    public bool IsOverTls => Url is null || Url.Scheme == Uri.UriSchemeHttps;
}

/// <summary>A file of JSON lines.</summary>
internal sealed record EventFileOptions(string Path, EventChoice Choice)
{
    /// <summary>In bytes; then a new file is begun.</summary>
    public long MaxFileSize { get; init; } = 10 << 20;
    public int KeepFiles { get; init; } = 5;
}

/// <summary>Whom the daemon tells what happens.</summary>
internal sealed record EventOptions
{
    public EventSyslogOptions? Syslog { get; init; }
    public EventWebhookOptions? Webhook { get; init; }
    public EventFileOptions? File { get; init; }

    /// <summary>Key of a receiver that needs TLS; null where none does.</summary>
    public string? OverTls => Syslog is { IsOverTls: true } ? "events.syslog"
        : Webhook is { IsOverTls: true } ? "events.webhook" : null;

    /// <summary>True where the system's authorities vouch for a receiver.</summary>
    public bool TrustsSystem => Syslog is { IsOverTls: true, Ca: null } || Webhook is { IsOverTls: true, Ca: null };
}
