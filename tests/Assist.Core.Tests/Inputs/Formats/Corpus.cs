using System.Text;
using Assist.Addresses;
using Assist.Inputs.Formats;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats;

/// <summary>One message of tests/corpus and what its author says must be read; the rules are in its README.</summary>
internal sealed record CorpusLine(string File, int Number, string Message, IReadOnlyDictionary<string, string> Expected)
{
    public byte[] Bytes => Encoding.UTF8.GetBytes(Message);
}

internal static class Corpus
{
    private const string Now = "2026/11/21 10:00:00";
    private const string NowIso = "2026-11-21T10:00:00.250+01:00";
    private const string NowUtc = "2026-11-21T10:00:00.000000Z";

    public static IEnumerable<CorpusLine> Read(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Directory, "tests", "corpus"), pattern).SelectMany(ReadFile);

    private static IEnumerable<CorpusLine> ReadFile(string path)
    {
        var expected = new Dictionary<string, string>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.StartsWith("# ") && line.Split(": ", 2) is [var key, var value])
            {
                expected[key[2..]] = value.Trim();
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                var message = line.Replace("@NOW_ISO@", NowIso).Replace("@NOW_UTC@", NowUtc).Replace("@NOW@", Now)
                    .Replace("@DATE@", "2026-11-21").Replace("@TIME@", "10:00:00");
                yield return new CorpusLine(Path.GetFileName(path), number, message, expected);
                expected = [];
            }
        }
    }

    /// <summary>What was read, by the keys of the corpus; null where absent or unknown.</summary>
    public static string? Value(string key, ParseStatus status, SessionLog log) => key switch
    {
        "status" => status switch
        {
            ParseStatus.Session => "session",
            ParseStatus.NotSession => "not_session",
            _ => "malformed",
        },
        "reason" => log.Fault.Reason,
        "end" => log.End.ToString(),
        "key" => log.Fault.Key,
        "user" => log.Text(FieldRole.User),
        "column" => log.Fault.Column.ToString(),
        "type" => log.Text(FieldRole.Type),
        "subtype" => log.Text(FieldRole.Subtype),
        "action" => log.Text(FieldRole.Action),
        "src" => Known(log.Source),
        "dst" => Known(log.Destination),
        "nat_src" => Known(log.NatSource),
        "nat_dst" => Known(log.NatDestination),
        "src_port" => Known(log.SourcePort),
        "dst_port" => Known(log.DestinationPort),
        "protocol" => log.Protocol.IsKnown ? log.Protocol.ToString() : null,
        "application" => log.Text(FieldRole.Application),
        "rule" => log.Text(FieldRole.Rule),
        "log_profile" => log.Text(FieldRole.LogProfile),
        "in_interface" => log.Text(FieldRole.InInterface),
        "out_interface" => log.Text(FieldRole.OutInterface),
        "in_vlan" => Known(log.InVlan),
        "out_vlan" => Known(log.OutVlan),
        "src_zone" => log.Text(FieldRole.SourceZone),
        "dst_zone" => log.Text(FieldRole.DestinationZone),
        "session_id" => log.Text(FieldRole.SessionId),
        "serial" => log.Text(FieldRole.Serial),
        "threat_name" => log.Text(FieldRole.ThreatName),
        "obstacles" => log.Obstacles.ToString(),
        "header" => log.Header,
        "columns" => log.FieldCount.ToString(),
        "time" => log.Time is { } time ? time.Kind == DateTimeKind.Utc ? "utc" : "local" : null,
        _ => throw new InvalidDataException($"the corpus has no key {key}"),
    };

    private static string? Known(IpAddr address) => address.IsKnown ? address.ToString() : null;

    private static string? Known(ushort number) => number == 0 ? null : number.ToString();
}
