using Assist.Flows;

namespace Assist.Enforcement;

/// <summary>Why the flow table took no flow for a message, in the operator's words.</summary>
internal static class RefusalWords
{
    public const string Denied =
        "a drop covers the session, or the session has ended or was denied after this log asked for its bypass";

    public static string Of(FlowLimit limit) => limit switch
    {
        FlowLimit.PerSource => "its source holds as many drops as flows.per_source allows",
        FlowLimit.PortsPerPair =>
            "its two addresses hold as many denials of single ports as flows.ports_per_pair allows, and may not become "
            + "one entry",
        FlowLimit.DenialShare => "denials hold as much of the table as flows.denial_share allows",
        FlowLimit.FirstOfItsKind =>
            "room for denials is short, and this one has not repeated within a minute (flows.repeat_when_short)",
        FlowLimit.BackOff => "the switch has refused this flow, and it is not yet tried again",
        FlowLimit.PerMinute => "as many drops have begun within a minute as flows.drops_per_minute allows",
        FlowLimit.PerRule => "its rule has begun as many drops within a minute as flows.drops_per_rule allows",
        FlowLimit.PerSender => "its sender has caused as many drops within a minute as flows.drops_per_sender allows",
        FlowLimit.OneAddress =>
            "drops that match one address only are as many as flows.one_address_drops allows",
        _ => "the flow table is full, and nothing in it may give way to this flow",
    };
}
