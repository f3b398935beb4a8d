namespace Assist.Flows;

/// <summary>What every message becomes: exactly one of these.</summary>
public enum Outcome
{
    Drop, Bypass, Redirect, Retracted, Refreshed, Ignored, NoRule, NotSession, Malformed, Stale, RefusedSender,
    Protected, OverLimit, NoInterface, Duplicate, Paused, Shed,
}

/// <summary>Why a message became what it became.</summary>
public enum Reason
{
    RuleFired,
    NoRuleFired,
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
