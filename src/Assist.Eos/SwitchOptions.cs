using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Assist.Eos;

/// <summary>Order of the flows in JSON and text.</summary>
public enum FlowOrder
{
    /// <summary>As in both captures of a real switch: priority, then name, both descending.</summary>
    PriorityThenNameDescending,
    Name,
    Shuffled,
}

/// <summary>How a prefix leaves a field-set.</summary>
public enum PrefixRemovalForm
{
    /// <summary><c>no PREFIX</c></summary>
    No,

    /// <summary><c>remove PREFIX</c></summary>
    Remove,

    /// <summary>Only with its whole set.</summary>
    Neither,
}

/// <summary>What the emulated switch is and how badly it behaves. Swap the whole record at run time.</summary>
public sealed record SwitchOptions
{
    public string EosVersion { get; init; } = "4.33.1F";
    public string Hostname { get; init; } = "emulated";
    public string Model { get; init; } = "DCS-7050SX3-48YC8-F";
    public string SystemMac { get; init; } = "00:1c:73:00:00:01";
    public int Ports { get; init; } = 8;

    /// <summary>What LLDP has heard, by the port it was heard on.</summary>
    public IReadOnlyDictionary<string, LldpNeighbor> Neighbors { get; init; } =
        ImmutableDictionary<string, LldpNeighbor>.Empty;

    /// <summary>`show version` tells when the switch was booted and not how long it is up.</summary>
    public bool NoUptime { get; init; }

    /// <summary>Answers to show commands about the network around it, by command; null answers all with
    /// nothing.</summary>
    public JsonObject? Network { get; init; }

    /// <summary>False on hardware that has no `show platform trident`.</summary>
    public bool Trident { get; init; } = true;

    /// <summary>Entries of the DirectFlow group, of which EOS keeps <see cref="ReservedEntries"/>. 1536 on
    /// Trident2.</summary>
    public int Capacity { get; init; } = 1536;

    /// <summary>A pool of its own for IPv6 flows; null lets them share <see cref="Capacity"/>.</summary>
    public int? Ipv6Capacity { get; init; }
    public int ReservedEntries { get; init; } = 4;

    /// <summary>From the command to the hardware: at least this, plus up to the jitter.</summary>
    public TimeSpan ProgrammingDelay { get; init; } = TimeSpan.FromMilliseconds(20);
    public TimeSpan ProgrammingJitter { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Seed of the jitter, of the shuffled order and of the rates below.</summary>
    public int Seed { get; init; } = 1;

    // DirectFlow.
    public bool DirectFlowDisabled { get; init; }
    public bool MatchBytesZero { get; init; }
    public bool CountersDisabled { get; init; }
    public bool JsonOmitsWaiting { get; init; }

    /// <summary>Full table: the flow waits and is tried again when an entry frees up, instead of staying
    /// rejected.</summary>
    public bool WaitForResources { get; init; }

    /// <summary>Status text of every flow that is not programmed; null for the known texts.</summary>
    public string? UnknownStatus { get; init; }

    /// <summary>Status text of every flow that is programmed; null for the known text.</summary>
    public string? ProgrammedStatus { get; init; }

    /// <summary>Refuse a flow without a match or without an action, as if the agent found them bad.</summary>
    public bool RefuseIncomplete { get; init; }

    /// <summary>Refuse a flow with a timeout (TIMEOUT_NOT_SUPPORTED of EosSdk).</summary>
    public bool RefuseTimeouts { get; init; }

    /// <summary>`flow NAME` on an existing name starts from nothing instead of adding to it.</summary>
    public bool ReenteredFlowReplaces { get; init; }

    /// <summary>An expired `no persistent` flow leaves the configuration too.</summary>
    public bool ForgetExpired { get; init; }
    public FlowOrder Order { get; init; }

    // Traffic policies.
    /// <summary>A platform without DirectFlow: its commands are invalid ones.</summary>
    public bool NoDirectFlow { get; init; }

    /// <summary>A platform without traffic policies: their commands are invalid ones.</summary>
    public bool NoTrafficPolicies { get; init; }

    /// <summary>Rules that an applied policy may have, its defaults not counted.</summary>
    public int PolicyRules { get; init; } = 256;

    /// <summary>Prefixes that the field-sets of an applied policy may have together.</summary>
    public int PolicyPrefixes { get; init; } = 4096;

    /// <summary>A policy with a rule whose name has this text is configured and not applied.</summary>
    public string? UnappliedRule { get; init; }

    /// <summary>No policy is applied for IPv6, as with a TCAM profile without that key.</summary>
    public bool PoliciesWithoutIpv6 { get; init; }

    /// <summary>The line that takes a prefix out of a field-set, which no public text says.</summary>
    public PrefixRemovalForm PrefixRemoval { get; init; }

    /// <summary>Part of the commits, 0 to 1, that are refused because somebody else has written since the session was
    /// opened.</summary>
    public double CommitConflictRate { get; init; }

    /// <summary>Time that a commit takes.</summary>
    public TimeSpan CommitCost { get; init; }

    /// <summary>Ports of rules are printed by their names where they have one.</summary>
    public bool PortNames { get; init; }

    /// <summary>The default rules of a policy are not printed, as on a switch of Arista's MSS.</summary>
    public bool HideDefaultRules { get; init; }

    // eAPI.
    public bool RefuseNewParameters { get; init; }
    public bool StringResults { get; init; }
    public bool Messages { get; init; }
    public bool Warnings { get; init; }

    /// <summary>Commands starting with this text fail with 1005.</summary>
    public string? Deny { get; init; }

    /// <summary>Commands starting with this text are invalid ones (1002), as on a release without them.</summary>
    public string? UnknownCommand { get; init; }

    /// <summary>Commands starting with this text fail with 1000.</summary>
    public string? Fail { get; init; }

    /// <summary>Commands starting with this text succeed and do nothing.</summary>
    public string? Lose { get; init; }

    /// <summary>Part of the requests, 0 to 1, that fail with 1000 before their first command.</summary>
    public double FailingRate { get; init; }

    /// <summary>Part of the commands, 0 to 1, that fail with 1000: a request fails half way.</summary>
    public double FailingCommandRate { get; init; }

    /// <summary>No object of a JSON result has this key.</summary>
    public string? MissingKey { get; init; }

    /// <summary>This key of JSON results has "New" at its end, as if another release spelled it so.</summary>
    public string? RenamedKey { get; init; }

    // Transport.
    /// <summary>The request is carried out at once, its answer comes this much later.</summary>
    public TimeSpan AnswerDelay { get; init; }

    /// <summary>Time the one CLI agent works before the effect of a request is there.</summary>
    public TimeSpan RequestCost { get; init; }
    public TimeSpan CommandCost { get; init; }

    /// <summary>Part of the answers, 0 to 1, that end in the middle of the body. The request was carried out.</summary>
    public double HalfAnswerRate { get; init; }

    /// <summary>Part of the answers, 0 to 1, that stop in the middle of the body while the connection stays. The
    /// request was carried out.</summary>
    public double StalledAnswerRate { get; init; }

    /// <summary>Part of the answers, 0 to 1, that are not HTTP. The request was carried out.</summary>
    public double GarbageRate { get; init; }

    /// <summary>Part of the answers, 0 to 1, whose body is JSON but not eAPI's. The request was carried out.</summary>
    public double OtherJsonRate { get; init; }

    /// <summary>Part of the requests, 0 to 1, that are taken, never carried out and never answered.</summary>
    public double HungRate { get; init; }

    /// <summary>Part of the requests, 0 to 1, during which the agent dies: its commands up to a random one are carried
    /// out, the connection ends without an answer.</summary>
    public double BreakOffRate { get; init; }

    /// <summary>Part of the requests, 0 to 1, that the web server answers with 502, before or after the agent has
    /// carried them out.</summary>
    public double GatewayErrorRate { get; init; }
}

/// <summary>A device at the other end of a cable, as it names itself.</summary>
public sealed record LldpNeighbor(string Device, string Port);
