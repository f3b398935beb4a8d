using System.Runtime.CompilerServices;
using Assist.Flows;

namespace Assist.Telemetry;

/// <summary>Why a listener refused something before it was a message, or cut one.</summary>
public enum SyslogRefusal
{
    /// <summary>A connection from an address that is not a sender.</summary>
    Sender,

    /// <summary>A connection too many: it was closed, or an idle or unfinished one for it.</summary>
    ConnectionLimit,
    Handshake,

    /// <summary>TLS without a client certificate, or with one that does not prove a permitted client.</summary>
    ClientCertificate,
    FrameTimeout,

    /// <summary>An octet count that cannot be one; the connection is closed.</summary>
    Framing,

    /// <summary>A message over the limit: its beginning was processed, the rest skipped.</summary>
    Oversize,

    /// <summary>A connection ended inside an octet-counted frame; the part is not processed.</summary>
    CutFrame,

    /// <summary>Datagrams the kernel dropped because the socket buffer was full.</summary>
    KernelDrop,

    /// <summary>A connection that was closed because a hundred messages in a row were neither syslog nor a
    /// log.</summary>
    Foreign,

    /// <summary>A datagram without a message in it.</summary>
    Empty,

    /// <summary>Datagrams over a sender's share while others were losing theirs; their outcome is shed.</summary>
    SenderRate,

    /// <summary>A receive or an accept that failed for want of memory or descriptors and was tried again.</summary>
    Shortage,
}

/// <summary>What limited trust in a message's sender has changed.</summary>
public enum TrustEffect
{
    /// <summary>A drop that the rule wanted wider.</summary>
    Narrowed,

    /// <summary>A drop that could not be narrowed, for the log lacks what it takes.</summary>
    Refused,

    /// <summary>A repeat that left a drop its end.</summary>
    NotExtended,
}

/// <summary>All counters of the daemon. Written by many threads, read by status and metrics. The metrics get their
/// names in MetricsText, in the executable's folder Http.</summary>
public sealed class Counters
{
    private static readonly string[] s_outcomes = SnakeNames<Outcome>();
    private static readonly string[] s_refusals = SnakeNames<SyslogRefusal>();

    private readonly long[] _received = new long[Enum.GetValues<Transport>().Length];
    private readonly long[] _outcomes = new long[Enum.GetValues<Transport>().Length * s_outcomes.Length];
    private readonly long[] _refusals = new long[s_refusals.Length];
    private readonly long[] _trust = new long[Enum.GetValues<TrustEffect>().Length];

    public SenderStatistics Senders { get; } = new();

    public LogSequences Sequences { get; } = new();

    public RefusedMessages LastRefused { get; } = new();

    public static IReadOnlyList<string> OutcomeNames => s_outcomes;

    public static IReadOnlyList<string> RefusalNames => s_refusals;

    /// <summary>The outcome as the contract spells it, such as <c>no_rule</c>.</summary>
    public static string Name(Outcome outcome) => s_outcomes[(int)outcome];

    public static string Name(SyslogRefusal refusal) => s_refusals[(int)refusal];

    public void Received(Transport transport) => Interlocked.Increment(ref _received[(int)transport]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Count(Transport transport, Outcome outcome) =>
        Interlocked.Increment(ref _outcomes[(int)transport * s_outcomes.Length + (int)outcome]);

    public void Refused(SyslogRefusal refusal, long by = 1) => Interlocked.Add(ref _refusals[(int)refusal], by);

    public void Count(TrustEffect effect) => Interlocked.Increment(ref _trust[(int)effect]);

    public long ReceivedTotal => Sum(_received);

    public long Total(Outcome outcome)
    {
        long sum = 0;
        for (var t = 0; t < _received.Length; t++) sum += Of((Transport)t, outcome);
        return sum;
    }

    public long ReceivedOf(Transport transport) => Interlocked.Read(ref _received[(int)transport]);

    public long Of(Transport transport, Outcome outcome) =>
        Interlocked.Read(ref _outcomes[(int)transport * s_outcomes.Length + (int)outcome]);

    public long Total(SyslogRefusal refusal) => Interlocked.Read(ref _refusals[(int)refusal]);

    public long Total(TrustEffect effect) => Interlocked.Read(ref _trust[(int)effect]);

    private static long Sum(long[] values)
    {
        long sum = 0;
        for (var i = 0; i < values.Length; i++) sum += Interlocked.Read(ref values[i]);
        return sum;
    }

    private static string[] SnakeNames<T>() where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];
}
