using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;

namespace Assist.Tests.Inputs.Formats.PanOs;

/// <summary>A message of PAN-OS 6.0 that a test changes column by column.</summary>
internal sealed class PanOsLine
{
    private readonly string[] _columns;

    private PanOsLine(string columns) => _columns = columns.Split(',');

    public string Header { get; init; } = "<14>Nov 21 10:00:00 fw ";

    public string this[int column]
    {
        set => _columns[column] = value;
    }

    public static PanOsLine Traffic() => new(
        "1,2026/11/21 10:00:00,007951,TRAFFIC,start,1,2026/11/21 09:59:58,192.0.2.10,203.0.113.20,0.0.0.0,0.0.0.0," +
        "web,,,ssl,vsys1,inside,outside,ethernet1/1,ethernet1/2,offload,2026/11/21 10:00:00,77,1,51000,443,0,0,0x19," +
        "tcp,allow,100,60,40,2,2026/11/21 09:59:58,0,any,0,1,0x0,A,B,0,1,1");

    public static PanOsLine Threat() => new(
        "1,2026/11/21 10:00:00,007951,THREAT,spyware,1,2026/11/21 09:59:58,192.0.2.10,203.0.113.20,0.0.0.0,0.0.0.0," +
        "web,,,ssl,vsys1,inside,outside,ethernet1/1.5,ethernet1/2,offload,2026/11/21 10:00:00,77,1,51000,443,0,0,0x19," +
        "tcp,drop,\"u.example.net/\",Sample(13000),any,high,client-to-server,1,0x0,A,B,0,,0,,");

    public override string ToString() => Header + string.Join(',', _columns);

    public static (ParseStatus Status, SessionLog Log) Parse(string message) => Parse(Encoding.UTF8.GetBytes(message));

    public static (ParseStatus Status, SessionLog Log) Parse(byte[] message)
    {
        var log = new SessionLog();
        return (new PanOsFormat().Parse(message, log), log);
    }

    public (ParseStatus Status, SessionLog Log) Parse() => Parse(ToString());
}
