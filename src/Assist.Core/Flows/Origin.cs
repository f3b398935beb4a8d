using Assist.Addresses;

namespace Assist.Flows;

/// <summary>How a message reached us; what it is trusted with depends on it.</summary>
public enum Transport { Udp, Tcp, Tls }

/// <summary>Where a verdict came from, so that it can be explained long after its message is gone. Made once for each
/// verdict that reaches the table, never for a repeat.</summary>
public sealed record Origin
{
    /// <summary>Bytes of a message that are kept at most.</summary>
    public const int MaxExcerpt = 256;

    /// <summary>Null for what is no message: an operator's order, or a flow of an earlier run.</summary>
    public Transport? Transport { get; init; }
    public IpAddr Sender { get; init; }

    /// <summary>True where TLS has verified the sender's certificate.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Name of the format that read the message.</summary>
    public string Format { get; init; } = "";

    /// <summary>The firewall's own name of its rule; text of a message, to be shown escaped and never to be acted
    /// on.</summary>
    public string FirewallRule { get; init; } = "";
    /// <summary>The firewall's own name of the application; text of a message, as above.</summary>
    public string Application { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string Serial { get; init; } = "";

    /// <summary>UTC.</summary>
    public DateTime ReceivedAt { get; init; }

    /// <summary>The beginning of the message, as it came; to be shown escaped.</summary>
    public ReadOnlyMemory<byte> Excerpt { get; init; }
}
