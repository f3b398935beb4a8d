using Assist.Flows;

namespace Assist.Inputs.Formats;

/// <summary>The vendors' words for the end of a session.</summary>
internal static class SessionEnds
{
    /// <summary>PAN-OS, session_end_reason: the words of 6.1 to 12.</summary>
    public static SessionEnd OfPanOs(ReadOnlySpan<byte> reason)
    {
        if (reason.SequenceEqual("aged-out"u8)) return SessionEnd.AgedOut;
        if (reason.SequenceEqual("tcp-fin"u8) || reason.SequenceEqual("tcp-reuse"u8)) return SessionEnd.Finished;
        if (reason.SequenceEqual("tcp-rst-from-client"u8) || reason.SequenceEqual("tcp-rst-from-server"u8))
            return SessionEnd.Reset;
        if (reason.SequenceEqual("policy-deny"u8) || reason.StartsWith("decrypt-"u8)) return SessionEnd.Policy;
        if (reason.SequenceEqual("threat"u8)) return SessionEnd.Threat;
        return reason.SequenceEqual("resources-unavailable"u8) ? SessionEnd.Cleared : SessionEnd.Unknown;
    }

    /// <summary>FortiOS, action (status in 5.0) of a traffic log; <see cref="SessionEnd.None"/> where the session
    /// goes on. </summary>
    public static SessionEnd OfFortiGate(ReadOnlySpan<byte> action)
    {
        if (action.SequenceEqual("close"u8)) return SessionEnd.Finished;
        if (action.SequenceEqual("timeout"u8)) return SessionEnd.AgedOut;
        if (action.SequenceEqual("client-rst"u8) || action.SequenceEqual("server-rst"u8)) return SessionEnd.Reset;
        return action.SequenceEqual("clear_session"u8) ? SessionEnd.Cleared : SessionEnd.None;
    }
}
