using Assist.Inputs.Formats;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;

namespace Assist.Tests.Inputs.Formats;

/// <summary>The formats besides PAN-OS CSV, by the name that their corpus and the configuration share.</summary>
internal static class VendorFormats
{
    /// <summary>The field map of config/custom.yaml.</summary>
    public static CustomFields CustomFields { get; } = new()
    {
        Source = "network.client.ip",
        Destination = "network.destination.ip",
        SourcePort = "network.client.port",
        DestinationPort = "network.destination.port",
        Protocol = "proto",
        Action = "evt.name",
        Time = "timestamp",
        NatSource = "natsrc",
        NatDestination = "natdst",
        Roles = new Dictionary<FieldRole, string>
        {
            [FieldRole.Type] = "type",
            [FieldRole.Subtype] = "subtype",
            [FieldRole.Application] = "app",
            [FieldRole.Rule] = "rule",
            [FieldRole.InInterface] = "in_if",
            [FieldRole.OutInterface] = "out_if",
        },
        Others = ["url"],
    };

    public static IReadOnlyList<IMessageFormat> All { get; } =
    [
        new FortiGateFormat(), new CheckPointFormat(), new VArmourFormat(), new CyphortFormat(), new PanOsCefFormat(),
        new PanOsLeefFormat(), new PanCloudFormat(), new CustomFormat(CustomFields),
    ];

    public static TheoryData<string> Names() => [.. All.Select(format => format.Name)];

    public static IMessageFormat Named(string name) => All.Single(format => format.Name == name);

    public static IEnumerable<CorpusLine> Corpus(string name) => Formats.Corpus.Read($"{name}.txt");
}
