using System.Text.Json;
using System.Text.Json.Serialization;
using Assist.Control;

namespace Assist.Http;

/// <summary>What an order says beside its name.</summary>
internal sealed record OrderBody
{
    private const int LongestText = 200;
    private const long LongestAllowance = 30 * 86_400;

    public static Caller Caller { get; } = new("http token");

    public string? Name { get; init; }
    public string? Address { get; init; }
    public string? Rule { get; init; }
    public string? Action { get; init; }

    /// <summary>Every flow is meant, which must be said.</summary>
    public bool All { get; init; }

    /// <summary>For how long.</summary>
    public long? Seconds { get; init; }
    public bool DryRun { get; init; }
    public string? Reason { get; init; }

    /// <summary>What was sent, or what is wrong with it.</summary>
    public static (OrderBody? Body, string? Fault) Of(byte[] json)
    {
        if (json.Length == 0) return (new OrderBody(), null);
        try
        {
            var body = JsonSerializer.Deserialize(json, HttpJson.Default.OrderBody);
            return body is null ? (null, "the body is null") : (body, body.Reason?.Length > LongestText
                ? $"reason has more than {LongestText} characters" : null);
        }
        catch (JsonException e)
        {
            return (null, $"the body is not the JSON of this order: {e.Message}");
        }
    }

    /// <summary>What is wrong with it for that order; null where nothing is.</summary>
    public string? FaultFor(string order)
    {
        var isFiltered = (Name ?? Address ?? Rule ?? Action) is not null;
        return order switch
        {
            "delete" when isFiltered == All =>
                "say which flows: name, address, rule or action; or all: true, and nothing of these",
            "allow" when Address is null || Seconds is not (> 0 and <= LongestAllowance) =>
                $"address, and seconds from 1 to {LongestAllowance}, are needed",
            "allow_end" when Address is null => "address is needed",
            "pause" when Seconds is <= 0 => "seconds is more than 0",
            _ => null,
        };
    }

    public ControlRequest Request(string order) => new()
    {
        Command = order,
        Filter = new FlowFilter { Name = Name, Address = Address, Rule = Rule, Action = Action },
        Seconds = Seconds,
        DryRun = DryRun,
        Reason = Reason,
        Caller = Caller,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(OrderBody))]
internal sealed partial class HttpJson : JsonSerializerContext;
