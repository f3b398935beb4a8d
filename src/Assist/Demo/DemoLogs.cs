using System.Net;
using Assist.Inputs.Formats;

namespace Assist.Demo;

/// <summary>One session as the demo's firewall sees it.</summary>
internal sealed record DemoSession(IPAddress Source, int SourcePort, IPAddress Destination, int DestinationPort)
{
    /// <summary>The n-th of the demo's sessions; all differ.</summary>
    public static DemoSession Number(int n) => new(
        new IPAddress([10, 1, (byte)(n / 200), (byte)(n % 200 + 1)]), 20_000 + n,
        new IPAddress([203, 0, 113, (byte)(n % 250 + 1)]), n % 3 == 0 ? 443 : 80);
}

/// <summary>Writes PAN-OS log lines as a firewall of release 9.0 does, at the time it is asked.</summary>
internal sealed class DemoLogs(TimeProvider time)
{
    public string Allowed(DemoSession session) => Traffic(session, "start", "allow", time.GetLocalNow());

    public string Denied(DemoSession session) => Traffic(session, "deny", "deny", time.GetLocalNow());

    public string Old(DemoSession session) => Traffic(session, "deny", "deny", time.GetLocalNow().AddHours(-2));

    public string FromTheFuture(DemoSession session) =>
        Traffic(session, "deny", "deny", time.GetLocalNow().AddHours(2));

    public string Translated(DemoSession session) =>
        Traffic(session, "start", "allow", time.GetLocalNow(), nat: "198.51.100.7");

    public string FromAnotherPort(DemoSession session) =>
        Traffic(session, "start", "allow", time.GetLocalNow(), inside: "ethernet1/9");

    /// <summary>A log line whose free text tries to become commands.</summary>
    public string Hostile(DemoSession session) =>
        Threat(session, "\"http://203.0.113.9/\"\"; no directflow\n shutdown, a\u001b[2J\"");

    public string Threat(DemoSession session, string url = "\"\"")
    {
        var now = Stamp(time.GetLocalNow());
        return Header()
            + $"1,{now},001801000001,THREAT,vulnerability,2304,{now},{session.Source},{session.Destination},"
            + "0.0.0.0,0.0.0.0,inspect-all,,,web-browsing,vsys1,trust,untrust,ethernet1/1,ethernet1/2,to-assist,"
            + $"{now},{session.SourcePort},1,{session.SourcePort},{session.DestinationPort},0,0,0x2000,tcp,reset-both,"
            + $"{url},Demo Exploit(30001),any,high,"
            + "client-to-server,1,0x0,10.0.0.0-10.255.255.255,US,0,,0,,,0,,,,,,,,0,0,0,0,0,,fw";
    }

    public string System()
    {
        var now = Stamp(time.GetLocalNow());
        return $"{Header()}1,{now},001801000001,SYSTEM,general,0,{now},,general,,0,0,general,informational,"
            + "\"a message, not a session\",1,0x0";
    }

    private string Traffic(
        DemoSession session, string subtype, string action, DateTimeOffset at, string nat = "0.0.0.0",
        string inside = "ethernet1/1")
    {
        var stamp = Stamp(at);
        return Header()
            + $"1,{stamp},001801000001,TRAFFIC,{subtype},2304,{stamp},{session.Source},{session.Destination},"
            + $"{nat},0.0.0.0,office-to-web,,,web-browsing,vsys1,trust,untrust,{inside},ethernet1/2,to-assist,"
            + $"{stamp},{session.SourcePort},1,{session.SourcePort},{session.DestinationPort},0,0,0x0,tcp,"
            + $"{action},74,74,0,1,{stamp},0,any,0,1,0x0,"
            + "10.0.0.0-10.255.255.255,US,0,1,0,n/a,0,0,0,0,,fw,from-policy";
    }

    private string Header() => $"<14>{time.GetLocalNow():MMM d HH:mm:ss} fw.example.net ";

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyy/MM/dd HH:mm:ss");
}
