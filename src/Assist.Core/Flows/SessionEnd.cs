namespace Assist.Flows;

/// <summary>Why a session ended, as the log of its end says.</summary>
public enum SessionEnd
{
    /// <summary>The log is not one of an end.</summary>
    None,

    /// <summary>It ended, and the log does not say why in words that are known.</summary>
    Unknown,

    /// <summary>Both sides closed it: FIN, or the start of a new session with the same addresses and ports.</summary>
    Finished,

    /// <summary>One side closed it: RST.</summary>
    Reset,

    /// <summary>The firewall saw no packet for its idle time, as of every session that is bypassed.</summary>
    AgedOut,

    /// <summary>A policy denies it, or decryption failed.</summary>
    Policy,

    /// <summary>A threat was found in it.</summary>
    Threat,

    /// <summary>An administrator or the firewall itself removed it.</summary>
    Cleared,
}

internal static class SessionEndMeaning
{
    /// <summary>True where the end of the session is the end of its bypass too. A firewall sees no packet of a session
    /// that passes it by, so it ages every one of them out, however busy: that says nothing. The idle timer of the
    /// entries, which does see the packets, ends the bypass then.</summary>
    // A reason that is missing or in unknown words ends it: PAN-OS logs "unknown" where an administrator clears
    // sessions. At worst a session is back on the firewall that could have passed it by.
    public static bool EndsBypass(this SessionEnd end) => end is not (SessionEnd.None or SessionEnd.AgedOut);
}
