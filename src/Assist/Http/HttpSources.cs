using Assist.Control;
using Assist.Telemetry;

namespace Assist.Http;

/// <summary>What the endpoint tells, and who carries out its orders.</summary>
internal sealed record HttpSources
{
    /// <summary>The same questions and orders as at the control socket.</summary>
    public required Func<ControlRequest, Task<ControlResponse>> Ask { get; init; }

    /// <summary>Of a moment ago.</summary>
    public required Func<Task<StatusReport>> Status { get; init; }

    /// <summary>The same as Prometheus text.</summary>
    public required Func<Task<string>> Metrics { get; init; }

    /// <summary>A flow by its name; null where nothing is known of it.</summary>
    public required Func<string, Task<FlowReport?>> Flow { get; init; }

    /// <summary>The samples behind that number.</summary>
    public required Func<long, TrendReport> Trend { get; init; }

    public required FlowEvents Events { get; init; }

    /// <summary>Monotonic, on the clock of the events.</summary>
    public required Func<TimeSpan> Now { get; init; }
}
