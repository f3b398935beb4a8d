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
