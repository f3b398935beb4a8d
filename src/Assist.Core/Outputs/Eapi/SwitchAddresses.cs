using System.Text.Json;
using Assist.Addresses;

namespace Assist.Outputs.Eapi;

/// <summary>Where an address was learnt that the switch, or what it depends on, cannot do without.</summary>
public enum LearntSource
{
    /// <summary>The switch's own.</summary>
    Addresses,

    /// <summary>Of static routes and the default route.</summary>
    NextHops,

    /// <summary>Neighbours on management interfaces and on the ports towards the firewall.</summary>
    Arp,
    Bgp,
    Mlag,
    NameServers,
    Ntp,
    Aaa,

    /// <summary>Those of the configuration who send the logs; the switch is not asked.</summary>
    Senders,
}

/// <summary>An address that no drop may touch, and where it was learnt.</summary>
public readonly record struct LearntAddress(IpAddr Address, LearntSource Source);

/// <summary>A show command, and where its answer has addresses.</summary>
/// <param name="Values">Members whose text is one; none: any text that is one.</param>
/// <param name="Maps">Objects whose members are named by one.</param>
internal sealed record AddressQuery(
    LearntSource Source, string Command, IReadOnlyList<string> Values, IReadOnlyList<string> Maps)
{
    // An address takes up to 45 characters; a prefix length may stand behind it.
    private const int LongestText = 64;

    /// <summary>What is asked. Nobody could verify these answers on a switch: the names are those that public programs
    /// read, and an answer that has none of them teaches nothing. Full routing tables are not asked for.</summary>
    public static IReadOnlyList<AddressQuery> All { get; } =
    [
        new(LearntSource.Addresses, "show ip interface", ["address"], ["secondaryIps", "virtualSecondaryIps"]),
        new(LearntSource.Addresses, "show ipv6 interface", ["address"], []),
        new(LearntSource.NextHops, "show ip route vrf all static", ["nexthopAddr"], []),
        new(LearntSource.NextHops, "show ip route vrf all 0.0.0.0/0", ["nexthopAddr"], []),
        new(LearntSource.NextHops, "show ipv6 route vrf all static", ["nexthopAddr"], []),
        new(LearntSource.Arp, "show arp vrf all", ["address"], []),
        new(LearntSource.Arp, "show ipv6 neighbors vrf all", ["address"], []),
        new(LearntSource.Bgp, "show ip bgp summary vrf all", [], ["peers"]),
        new(LearntSource.Bgp, "show ipv6 bgp summary vrf all", [], ["peers"]),
        new(LearntSource.Mlag, "show mlag", ["peerAddress"], []),
        new(LearntSource.NameServers, "show ip name-server", [], []),
        new(LearntSource.Ntp, "show ntp associations", ["peerIpAddr"], ["peers"]),
        new(LearntSource.Aaa, "show tacacs", ["hostname"], []),
        new(LearntSource.Aaa, "show radius", ["hostname"], []),
    ];

    /// <summary>The addresses of an answer that a session can have.</summary>
    /// <param name="firewallPorts">Switch ports whose neighbours count beside those of management interfaces.</param>
    public IEnumerable<IpAddr> Read(JsonElement answer, IReadOnlySet<string> firewallPorts) =>
        Find(answer, within: "", firewallPorts).Where(address => address.IsRoutableUnicast);

    private IEnumerable<IpAddr> Find(JsonElement element, string within, IReadOnlySet<string> ports)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().SelectMany(item => Find(item, within, ports));
        if (element.ValueKind == JsonValueKind.Object)
            return IsElsewhere(element, ports) ? []
                : element.EnumerateObject().SelectMany(member => Find(member, within, ports));
        return element.ValueKind == JsonValueKind.String && IsAddressName(within) ? Parse(element.GetString()!) : [];
    }

    private IEnumerable<IpAddr> Find(JsonProperty member, string within, IReadOnlySet<string> ports)
    {
        var named = Maps.Contains(within) ? Parse(member.Name) : [];
        return named.Concat(Find(member.Value, member.Name, ports));
    }

    private bool IsAddressName(string name) => Values.Contains(name) || (Values.Count == 0 && Maps.Count == 0);

    // A host of the network must not protect itself by answering ARP.
    private bool IsElsewhere(JsonElement neighbour, IReadOnlySet<string> ports)
    {
        if (Source != LearntSource.Arp || !neighbour.TryGetProperty("address", out _)) return false;
        // Such as "Vlan10, Ethernet2".
        var names = neighbour.TryGetProperty("interface", out var at) ? at.ToString().Split(',') : [];
        return !names.Select(name => name.Trim()).Any(
            port => port.StartsWith("Management", StringComparison.Ordinal) || ports.Contains(port));
    }

    private static IEnumerable<IpAddr> Parse(string text)
    {
        if (text.Length is 0 or > LongestText) return [];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return IpAddr.TryParse(slash < 0 ? text : text[..slash], out var address) ? [address] : [];
    }
}

/// <summary>Asks the switch which addresses it cannot do without.</summary>
/// <param name="firewallPorts">Switch ports towards the firewall.</param>
public sealed class SwitchAddresses(EapiClient eapi, IEnumerable<string> firewallPorts)
{
    /// <summary>Addresses that are taken at most; a table of neighbours may be long, and each drop is compared with
    /// all.</summary>
    public const int Most = 4096;

    // eAPI: invalid command, and one without a JSON form.
    private const int InvalidCommand = 1002;
    private const int NoJson = 1003;
    private const int CommandFailed = 1000;

    private readonly HashSet<string> _firewallPorts = [.. firewallPorts];

    /// <summary>What the switch says, each address once a source, in one request and one more for each command that it
    /// refuses.</summary>
    /// <param name="unknown">Gets each command that this switch does not know.</param>
    /// <exception cref="TargetException">It does not answer, or does not let this user ask.</exception>
    public async Task<IReadOnlyList<LearntAddress>> ReadAsync(
        IReadOnlySet<LearntSource> sources, Action<string> unknown, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(unknown);
        var learnt = new HashSet<LearntAddress>();
        var left = AddressQuery.All.Where(query => sources.Contains(query.Source)).ToList();
        while (left.Count > 0)
        {
            using var answer = await eapi.AskAsync(
                [.. left.Select(query => (EapiCommand)query.Command)], EapiFormat.Json, cancellation);
            var answered = answer.Error is null ? left.Count : Math.Clamp(answer.FailedCommand, 0, left.Count - 1);
            foreach (var (query, result) in left.Take(answered).Zip(answer.Results))
                foreach (var address in query.Read(result, _firewallPorts))
                    if (learnt.Count < Most) learnt.Add(new LearntAddress(address, query.Source));
            if (answer.Error is { } error) Judge(error, left[answered], unknown);
            left.RemoveRange(0, Math.Min(left.Count, answered + 1));
        }
        return [.. learnt.OrderBy(each => each.Source).ThenBy(each => each.Address.Value)];
    }

    // A feature that is off fails with 1000, as "show ip bgp summary" does without BGP. A switch has addresses, though.
    private static void Judge(EapiError error, AddressQuery query, Action<string> unknown)
    {
        if (error.Code is InvalidCommand or NoJson) unknown(query.Command);
        else if (error.Code != CommandFailed || query.Source == LearntSource.Addresses)
            throw new TargetException($"the switch refused '{query.Command}': {error.Reason}");
    }
}
