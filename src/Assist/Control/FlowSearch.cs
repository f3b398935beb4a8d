using System.Globalization;
using Assist.Addresses;

namespace Assist.Control;

/// <summary>Finds flows by what an operator types: a part of a name, rule, address or port, or a prefix.</summary>
internal sealed class FlowSearch
{
    private readonly string _text;
    private readonly IpPrefix? _prefix;

    public FlowSearch(string text)
    {
        _text = text;
        _prefix = IpPrefix.TryParse(text, out var parsed) ? parsed : null;
    }

    public bool Finds(FlowStatus flow) =>
        (_prefix is { } range && (Lies(flow.Match?.Source, range) || Lies(flow.Match?.Destination, range)))
        || Texts(flow).Any(text => text?.Contains(_text, StringComparison.OrdinalIgnoreCase) == true);

    private static bool Lies(string? address, IpPrefix range) =>
        IpAddr.TryParse(address, out var one) && range.Contains(one);

    private static IEnumerable<string?> Texts(FlowStatus flow) =>
    [
        flow.Name, flow.Rule, flow.Action, flow.State, flow.Match?.Protocol, flow.Match?.Source,
        flow.Match?.Destination, Text(flow.Match?.DestinationPort), Text(flow.Match?.SourcePort),
        flow.Origin?.FirewallRule, flow.Origin?.Application,
    ];

    private static string? Text(int? port) => port?.ToString(CultureInfo.InvariantCulture);
}
