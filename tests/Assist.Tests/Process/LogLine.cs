using System.Globalization;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;
using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Processes;

/// <summary>A log as the firewall writes it now, with all columns of the newest release; a test changes them by
/// name.</summary>
internal sealed class LogLine
{
    private readonly FieldLayout _layout;
    private readonly string[] _columns;

    private LogLine(string type, string subtype, string action, DateTime time)
    {
        _layout = new PanOsFormat().Layouts.Single(layout => layout.Name == type);
        _columns = new string[_layout.Names.Count];
        Array.Fill(_columns, "");
        var stamp = time.ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture);
        Header = time.ToString("'<14>'MMM dd HH:mm:ss 'fw '", CultureInfo.InvariantCulture);
        foreach (var (name, value) in Usual(stamp)) _columns[_layout.IndexOf(name)] = value;
        this["Type"] = type;
        this["Threat/Content Type"] = subtype;
        this["Action"] = action;
    }

    private LogLine(FieldLayout layout, string[] columns, string header)
    {
        (_layout, _columns) = (layout, columns);
        Header = header;
    }

    public string Header { get; init; }

    public static IReadOnlyList<string> TextColumns { get; } =
    [
        "Rule", "Source User", "Destination User", "Application", "Virtual System", "Source Zone", "Destination Zone",
        "Inbound Interface", "Outbound Interface", "Log Action", "Category", "Source Country", "Destination Country",
        "vsys_name", "device_name", "src_uuid", "src_host", "dynusergroup_name", "cluster_name", "Flags", "Session ID",
    ];

    public static IReadOnlyList<string> ThreatColumns { get; } =
        ["URL", "Threat/Content Name", "Severity", "Direction", "user_agent", "referer", "sender", "subject",
            "recipient", "http_headers"];

    public string this[string column]
    {
        set => _columns[_layout.IndexOf(column)] = value;
    }

    public static LogLine Deny(string source, string destination, int port, DateTime? time = null) =>
        new LogLine("TRAFFIC", "drop", "deny", time ?? Now()).Session(source, destination, port);

    public static LogLine Allow(string source, string destination, int port, DateTime? time = null) =>
        new LogLine("TRAFFIC", "start", "allow", time ?? Now()).Session(source, destination, port);

    public static LogLine Threat(string source, string destination, int port) =>
        new LogLine("THREAT", "spyware", "drop", Now()).Session(source, destination, port);

    /// <summary>A log of the same session's end.</summary>
    public LogLine Ended(string reason)
    {
        var end = new LogLine(_layout, [.. _columns], Header);
        end["Threat/Content Type"] = "end";
        end["session_end_reason"] = reason;
        return end;
    }

    public static DateTime Now(TimeSpan shift = default, TimeZoneInfo? zone = null) =>
        TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow() + shift, zone ?? TimeZoneInfo.Local).DateTime;

    public override string ToString() => Header + string.Join(',', _columns);

    private LogLine Session(string source, string destination, int port)
    {
        this["Source address"] = source;
        this["Destination address"] = destination;
        this["Destination Port"] = port.ToString(CultureInfo.InvariantCulture);
        return this;
    }

    private static (string Name, string Value)[] Usual(string stamp) =>
    [
        ("Domain", "1"), ("Receive Time", stamp), ("Serial #", "001801014991"), ("Generate Time", stamp),
        ("Rule", "web"),
        ("Application", "ssl"), ("Source Zone", "inside"), ("Destination Zone", "outside"), ("Log Action", "assist"),
        ("Inbound Interface", "ethernet1/1"), ("Outbound Interface", "ethernet1/2"), ("Session ID", "77"),
        ("Source Port", "51000"), ("NAT Source Port", "0"), ("NAT Destination Port", "0"), ("Flags", "0x19"),
        ("IP Protocol", "tcp"),
    ];
}
