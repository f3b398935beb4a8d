using System.Text.Json;
using System.Text.RegularExpressions;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Outputs.DirectFlow;

/// <summary>Reads `show directflow detail`, JSON and text. Tolerant: keys it does not know leave an entry incomplete,
/// words it does not know leave its status unknown; neither is ever taken for "gone".</summary>
public static partial class DirectFlowReader
{
    private const string Programmed = "Flow programmed";
    private const string NotProgrammed = "Flow not programmed";

    // No capture shows an IPv6 flow, so both ways in which EOS abbreviates elsewhere are read.
    private static readonly string[] s_sourceKeys = ["ipSrc", "ip6Src", "ipv6Src"];
    private static readonly string[] s_destinationKeys = ["ipDst", "ip6Dst", "ipv6Dst"];

    // Keys that EOS shows in every flow; false or zero says nothing about the match.
    private static readonly HashSet<string> s_readMatchKeys =
    [
        .. s_sourceKeys, .. s_destinationKeys, "inInterfaces", "ethType", "ethTypeMask",
        "ipProto", "ipPortSrc", "ipPortDst", "vlan",
    ];

    /// <param name="json">Result of the command in JSON.</param>
    /// <param name="text">Output of the command in text, where a flow that waits for resources is listed although the
    /// JSON of some releases leaves it out.</param>
    /// <exception cref="TargetException">The JSON is no list of flows: an unreadable table is not an empty
    /// one.</exception>
    public static InstalledFlows Read(JsonElement json, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var status = StatusByName(json);
        var entries = new Dictionary<string, InstalledEntry>(StringComparer.Ordinal);
        var isReadable = HasStatus(json);
        foreach (var flow in Flows(json))
        {
            if (ReadEntry(flow, status) is { } entry) entries[entry.Key] = entry;
            else isReadable = false;
        }
        foreach (var (name, words) in status) entries.TryAdd(name, NameOnly(name, words));
        foreach (Match waiting in WaitingFlow().Matches(text))
            entries.TryAdd(
                waiting.Groups["name"].Value,
                NameOnly(waiting.Groups["name"].Value, waiting.Groups["status"].Value));
        return new InstalledFlows
        {
            Entries = [.. entries.Values],
            IsComplete = isReadable && ListsAll(text, entries.Values),
        };
    }

    /// <summary>The entries of these names that are listed; of the others only the names are read.</summary>
    /// <exception cref="TargetException">The JSON is no list of flows.</exception>
    public static InstalledFlows Find(JsonElement json, IReadOnlySet<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var status = StatusByName(json, names);
        return new InstalledFlows
        {
            Entries = [.. Flows(json)
                .Where(flow => IsObject(flow) && Text(flow, "name") is { } name && names.Contains(name))
                .Select(flow => ReadEntry(flow, status)).OfType<InstalledEntry>()],
            IsComplete = false,
        };
    }

    public static EntryStatus StatusOf(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words == Programmed) return EntryStatus.Programmed;
        if (words == NotProgrammed) return EntryStatus.NotProgrammed;
        if (Speaks(words, "rejected")) return EntryStatus.Rejected;
        // FLOW_PENDING of EosSdk, and "Waiting for a resource to be allocated".
        return Speaks(words, "pending") || Speaks(words, "waiting") ? EntryStatus.Pending : EntryStatus.Unknown;
    }

    /// <summary>One that is known from elsewhere and not listed.</summary>
    internal static InstalledEntry NamedOnly(string name) => NameOnly(name, NotProgrammed);

    // The summary counts no expired flow that EOS keeps, so neither may the list. Without a summary nobody knows.
    private static bool ListsAll(string text, IReadOnlyCollection<InstalledEntry> entries)
    {
        var summary = Summary().Match(text);
        if (!summary.Success || !int.TryParse(summary.Groups["programmed"].ValueSpan, out var programmed)
            || !int.TryParse(summary.Groups["rejected"].ValueSpan, out var rejected))
            return false;
        return entries.Count(entry => entry.Status is EntryStatus.Programmed or EntryStatus.Unknown) >= programmed
            && entries.Count(entry => entry.Status != EntryStatus.NotProgrammed) >= (long)programmed + rejected;
    }

    private static bool Speaks(string words, string of) => words.Contains(of, StringComparison.OrdinalIgnoreCase);

    // "Flow rejected due to insufficient resources" and "Waiting for a resource to be allocated": the two ways of EOS.
    private static bool SpeaksOfRoom(string words) => Speaks(words, "resource");

    private static InstalledEntry NameOnly(string name, string words) => new()
    {
        Entry = new FlowEntry { Name = name, Match = new EntryMatch(), Action = new EntryAction(), Priority = 0 },
        Status = StatusOf(words),
        StatusText = words,
        LacksRoom = SpeaksOfRoom(words),
        HasLines = false,
        IsComplete = false,
    };

    private static bool HasStatus(JsonElement json) =>
        Object(json, "details") is { } details && Object(details, "status") is not null;

    private static Dictionary<string, string> StatusByName(JsonElement json, IReadOnlySet<string>? wanted = null)
    {
        var status = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Object(json, "details") is { } details && Object(details, "status") is { } byName)
            foreach (var flow in byName.EnumerateObject())
                if (wanted?.Contains(flow.Name) != false) status[flow.Name] = flow.Value.ToString();
        return status;
    }

    private static JsonElement.ArrayEnumerator Flows(JsonElement json) =>
        IsObject(json) && json.TryGetProperty("flows", out var flows) && flows.ValueKind == JsonValueKind.Array
            ? flows.EnumerateArray()
            : throw new TargetException("the switch's answer to 'show directflow detail' holds no list of flows");

    private static InstalledEntry? ReadEntry(JsonElement flow, Dictionary<string, string> status)
    {
        if (!IsObject(flow) || Text(flow, "name") is not { } name) return null;
        var isComplete = Object(flow, "match") is not null && Object(flow, "action") is not null;
        var match = Object(flow, "match") is { } m ? ReadMatch(m, ref isComplete) : new EntryMatch();
        var action = Object(flow, "action") is { } a ? ReadAction(a) : new EntryAction();
        var words = status.GetValueOrDefault(name, "");
        return new InstalledEntry
        {
            Entry = new FlowEntry
            {
                Name = name,
                Match = match,
                Action = action,
                Priority = (int)Number(flow, "priority"),
                Timeouts = new FlowTimeouts((int)Number(flow, "hardTimeout"), (int)Number(flow, "idleTimeout")),
                Persistent = Flag(flow, "persistent"),
            },
            Status = StatusOf(words),
            StatusText = words,
            LacksRoom = SpeaksOfRoom(words),
            Traffic = TrafficIn(flow, name),
            IsComplete = isComplete,
        };
    }

    // Every entry counts one direction; its name tells which.
    private static FlowTraffic TrafficIn(JsonElement flow, string name)
    {
        var count = new TrafficCount(Counter(flow, "matchPackets"), Counter(flow, "matchBytes"));
        return FlowName.IsOfAnswers(name) ? new FlowTraffic(default, count) : new FlowTraffic(count, default);
    }

    private static EntryMatch ReadMatch(JsonElement match, ref bool isComplete)
    {
        foreach (var key in match.EnumerateObject())
            if (!s_readMatchKeys.Contains(key.Name) && !IsEmpty(key.Value)) isComplete = false;
        var source = Address(match, s_sourceKeys, ref isComplete);
        var destination = Address(match, s_destinationKeys, ref isComplete);
        // An IPv6 flow whose addresses stand under keys we do not know must not look like one without addresses.
        if (Number(match, "ethType") == 0x86dd && !source.IsKnown && !destination.IsKnown) isComplete = false;
        return new EntryMatch
        {
            InputInterfaces = Strings(match, "inInterfaces"),
            Vlan = (ushort)Number(match, "vlan"),
            Source = source,
            Destination = destination,
            SourcePort = (ushort)Number(match, "ipPortSrc"),
            DestinationPort = (ushort)Number(match, "ipPortDst"),
            Protocol = new IpProtocol((byte)Number(match, "ipProto")),
        };
    }

    private static EntryAction ReadAction(JsonElement action)
    {
        var egress = Strings(action, "egrMirrorInterfaces");
        return new EntryAction
        {
            Drop = Flag(action, "outputDrop"),
            OutputInterfaces = Strings(action, "outInterfaces"),
            MirrorInterfaces = egress.Count > 0 ? egress : Strings(action, "ingrMirrorInterfaces"),
            MirrorAfterRewrites = egress.Count > 0 || Strings(action, "ingrMirrorInterfaces").Count == 0,
            SetCos = action.TryGetProperty("vlanPCP", out _) ? (byte)Number(action, "vlanPCP") : null,
            SetTos = action.TryGetProperty("ipTos", out _) ? (byte)Number(action, "ipTos") : null,
            SetVlan = (ushort)Number(action, "vlan"),
        };
    }

    private static IpAddr Address(JsonElement match, string[] keys, ref bool isComplete)
    {
        if (keys.Select(key => Object(match, key)).FirstOrDefault(value => value is not null) is not { } shown)
            return default;
        var isHost = !shown.TryGetProperty("mask", out var mask) || IsHostMask(mask.ToString());
        if (isHost && IpAddr.TryParse(Text(shown, "ip"), out var address)) return address;
        isComplete = false;
        return default;
    }

    private static bool IsHostMask(string mask) =>
        mask is "255.255.255.255" or "128" or "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" or "";

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => true,
        JsonValueKind.Number => value.TryGetInt64(out var number) && number == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.String => value.GetString()!.Length == 0,
        _ => false,
    };

    private static bool IsObject(JsonElement value) => value.ValueKind == JsonValueKind.Object;

    private static JsonElement? Object(JsonElement parent, string name) =>
        IsObject(parent) && parent.TryGetProperty(name, out var child) && IsObject(child) ? child : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.String
            ? child.GetString()
            : null;

    private static bool Flag(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.True;

    private static long Number(JsonElement parent, string name) => Counter(parent, name) ?? 0;

    private static long? Counter(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Number
            && child.TryGetInt64(out var number) ? number : null;

    private static List<string> Strings(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Array
            ? [.. child.EnumerateArray().Select(item => item.ToString())]
            : [];

    // Made at build time, as a non-backtracking one, which needs its automaton in memory, cannot be. Each begins a line
    // and gives back at most one word of it: linear too.
#pragma warning disable MA0009
    [GeneratedRegex(@"^Flow (?<name>\S+): \((?<status>[^)\r\n]*)\)", RegexOptions.Multiline)]
    private static partial Regex WaitingFlow();

    [GeneratedRegex(@"^Flows: (?<programmed>[0-9]+) programmed, (?<rejected>[0-9]+) rejected", RegexOptions.Multiline)]
    private static partial Regex Summary();
#pragma warning restore MA0009
}
