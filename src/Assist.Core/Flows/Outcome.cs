namespace Assist.Flows;

/// <summary>What every message becomes: exactly one of these.</summary>
public enum Outcome
{
    Drop, Bypass, Redirect, Retracted, Refreshed, Ignored, NoRule, NotSession, Malformed, Stale, RefusedSender,
    Protected, OverLimit, NoInterface, Duplicate, Paused, Shed,
}
