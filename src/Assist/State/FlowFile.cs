using System.Text.Json;
using System.Text.Json.Serialization;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.State;

/// <summary>A flow that is kept over a restart, and when its hard timeout ends it.</summary>
/// <param name="EndsAt">Monotonic, on the clock of this run.</param>
internal readonly record struct KeptFlow(Verdict Verdict, TimeSpan EndsAt)
{
    /// <summary>Monotonic, on the clock of this run; null where nobody knows.</summary>
    public TimeSpan? BegunAt { get; init; }
}

/// <summary>What the switch does not say of the flows it holds: rule, origin, and the end of the lease by the wall
/// clock, because the monotonic clock does not outlive a reload of the switch.</summary>
/// <param name="name">Of the file; each table has one of its own.</param>
internal sealed class FlowFile(string stateDirectory, string name = "flows.state")
{
    /// <summary>Flows beyond these are not kept: they are adopted as those of an unknown rule.</summary>
    public const int MaxFlows = 8192;

    private const int Version = 1;

    // The longest flow has some 1,900 bytes, with each character of its texts escaped.
    private const int MaxBytes = 16 << 20;
    private const int LongestText = 64;

    private readonly StateFile _file = new(Path.Combine(stateDirectory, name), "flows", Version, MaxBytes);

    /// <param name="utcNow">The wall clock's time at the monotonic time <paramref name="now"/>.</param>
    /// <exception cref="StateFileException">There is a file, and it is not usable.</exception>
    public IReadOnlyList<KeptFlow> Read(DateTime utcNow, TimeSpan now)
    {
        if (_file.Read() is not { } body) return [];
        try
        {
            var stored = JsonSerializer.Deserialize(body, FlowFileJson.Default.StoredFlowArray) ?? [];
            return
            [
                .. stored.Select(flow => new KeptFlow(flow.ToVerdict(), now + (flow.EndsAt - utcNow))
                {
                    BegunAt = now + (flow.BegunAt - utcNow),
                }),
            ];
        }
        catch (Exception e) when (e is JsonException or FormatException or NullReferenceException)
        {
            throw _file.PutAside(e.Message);
        }
    }

    /// <exception cref="StateFileException">It could not be written.</exception>
    public void Write(IEnumerable<KeptFlow> flows, DateTime utcNow, TimeSpan now) =>
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(
            [
                .. flows.Take(MaxFlows).Select(flow => StoredFlow.Of(flow.Verdict, utcNow + (flow.EndsAt - now)) with
                {
                    BegunAt = utcNow + (flow.BegunAt - now),
                }),
            ],
            FlowFileJson.Default.StoredFlowArray));

    /// <summary>Cuts a message's text, which is told and never acted on.</summary>
    internal static string Short(string text) => text.Length > LongestText ? text[..LongestText] : text;
}

/// <summary>One flow in the file.</summary>
internal sealed record StoredFlow
{
    public required FlowAction Action { get; init; }
    public required Placement Placement { get; init; }
    public required byte Protocol { get; init; }
    public required StoredEnd Source { get; init; }
    public required StoredEnd Destination { get; init; }
    public required int Hard { get; init; }
    public required int Idle { get; init; }
    public byte? Cos { get; init; }
    public byte? Tos { get; init; }
    public required string Rule { get; init; }
    public bool IsThreat { get; init; }
    public bool IsMerged { get; init; }
    public required DateTime EndsAt { get; init; }

    /// <summary>Null also in a file of an earlier version.</summary>
    public DateTime? BegunAt { get; init; }
    public StoredOrigin? Origin { get; init; }

    public static StoredFlow Of(in Verdict verdict, DateTime endsAt)
    {
        var match = verdict.Flow.Match;
        return new StoredFlow
        {
            Action = verdict.Flow.Action,
            Placement = verdict.Flow.Placement,
            Protocol = match.Protocol.Number,
            Source = StoredEnd.Of(match.Source, match.SourcePort, match.InVlan),
            Destination = StoredEnd.Of(match.Destination, match.DestinationPort, match.OutVlan),
            Hard = verdict.Timeouts.Hard,
            Idle = verdict.Timeouts.Idle,
            Cos = verdict.Marking.Cos,
            Tos = verdict.Marking.Tos,
            Rule = verdict.Rule,
            IsThreat = verdict.IsThreat,
            IsMerged = verdict.IsMerged,
            EndsAt = endsAt,
            Origin = StoredOrigin.Of(verdict.Origin),
        };
    }

    /// <exception cref="FormatException">An address is none.</exception>
    public Verdict ToVerdict()
    {
        var match = new FlowMatch
        {
            Source = Source.Parse(),
            Destination = Destination.Parse(),
            SourcePort = Source.Port,
            DestinationPort = Destination.Port,
            Protocol = new IpProtocol(Protocol),
            InVlan = Source.Vlan,
            OutVlan = Destination.Vlan,
        };
        return new Verdict(
            new FlowIdentity(Action, match, Placement), new FlowTimeouts(Hard, Idle), new Marking(Cos, Tos), Rule)
        {
            IsThreat = IsThreat,
            IsMerged = IsMerged,
            Origin = Origin?.ToOrigin(),
        };
    }
}

/// <summary>One end of a flow; an address that is not matched is null.</summary>
internal sealed record StoredEnd(string? Address, ushort Port, ushort Vlan)
{
    public static StoredEnd Of(IpAddr address, ushort port, ushort vlan) =>
        new(address.IsKnown ? address.ToString() : null, port, vlan);

    public IpAddr Parse() => Address is null ? default
        : IpAddr.TryParse(Address, out var address) ? address
        : throw new FormatException("it holds an address that assist did not write");
}

/// <summary>Where a flow came from, without its message.</summary>
internal sealed record StoredOrigin(
    Transport? Transport, string? Sender, bool IsVerified, string Format, string FirewallRule, string SessionId,
    string Serial, DateTime ReceivedAt)
{
    /// <summary>Null also in a file of an earlier version.</summary>
    public string? Application { get; init; }

    public static StoredOrigin? Of(Origin? origin) => origin is null ? null : new StoredOrigin(
        origin.Transport, origin.Sender.IsKnown ? origin.Sender.ToString() : null, origin.IsVerified, origin.Format,
        FlowFile.Short(origin.FirewallRule), FlowFile.Short(origin.SessionId), FlowFile.Short(origin.Serial),
        origin.ReceivedAt)
    {
        Application = FlowFile.Short(origin.Application),
    };

    public Origin ToOrigin() => new()
    {
        Transport = Transport,
        Sender = IpAddr.TryParse(Sender, out var sender) ? sender : default,
        IsVerified = IsVerified,
        Format = Format,
        FirewallRule = FirewallRule,
        Application = Application ?? "",
        SessionId = SessionId,
        Serial = Serial,
        ReceivedAt = ReceivedAt,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredFlow[]))]
internal sealed partial class FlowFileJson : JsonSerializerContext;
