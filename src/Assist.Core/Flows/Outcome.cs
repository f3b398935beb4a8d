namespace Assist.Flows;

/// <summary>What every message becomes: exactly one of these.</summary>
public enum Outcome
{
    Drop, Bypass, Redirect, Retracted, Refreshed, Shadow, Ignored, NoRule, NotSession, Malformed, Stale, RefusedSender,
    Protected, OverLimit, NoInterface, Duplicate, Paused, Shed,
}

internal static class ActionOutcome
{
    /// <summary>What a message becomes that has asked for a new flow.</summary>
    public static Outcome Asked(this FlowAction action) => action switch
    {
        FlowAction.Drop => Outcome.Drop,
        FlowAction.Bypass => Outcome.Bypass,
        _ => Outcome.Redirect,
    };
}

/// <summary>Why a message became what it became.</summary>
public enum Reason
{
    RuleFired,
    NoRuleFired,
    OnlyOnTrial,
    MessageCut,
    TooOld,
    InTheFuture,
    TimeUnreadable,
    AddressNeverDropped,
    AddressAllowed,
    AddressLearnt,
    NothingLearnt,
    AddressNotRoutable,
    AddressUnknown,
    PartUnknown,
    IcmpHasNoPorts,
    SourceMayBeServer,
    SenderNotTrusted,
    FamiliesDiffer,
    SessionTranslated,
    SessionDecrypted,
    SessionProxied,
    SessionTunnelled,
    SessionForwardedByPolicy,
    SessionEnded,
    SessionUndescribed,
    SessionUnknown,
    InterfaceNotMapped,
    InterfacesOnOneSide,
    ActionNotPossible,
}
