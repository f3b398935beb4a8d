namespace Assist.Flows;

/// <summary>What a message may cause, by how sure its sender is.</summary>
public enum SenderTrust : byte
{
    /// <summary>Whatever the rules say.</summary>
    Full,

    /// <summary>The message may be forged: a drop hits no more than packets of one source to one port of one
    /// destination, and no message makes it longer.</summary>
    Limited,
}

/// <summary>How far each transport is trusted.</summary>
/// <param name="Udp">Anybody who can send a packet can write any sender into it.</param>
/// <param name="Tcp">Also of TLS that has verified no certificate. A connection needs answers to reach its sender, so
/// only who is on the path can forge it.</param>
public sealed record TransportTrust(SenderTrust Udp = SenderTrust.Limited, SenderTrust Tcp = SenderTrust.Full)
{
    /// <param name="isVerified">TLS has verified the sender's certificate.</param>
    public SenderTrust Of(Transport transport, bool isVerified) => transport switch
    {
        Transport.Udp => Udp,
        Transport.Tls when isVerified => SenderTrust.Full,
        _ => Tcp,
    };
}
