using Assist.Control;

namespace Assist.LiveView;

/// <summary>Where flows are shown from: the daemon, the daemon of another machine, or the switch alone.</summary>
internal interface IMonitorSource : IDisposable
{
    /// <summary>For people, such as <c>/run/assist/control.sock</c>.</summary>
    string Place { get; }

    /// <summary>Between two readings, where nobody has said it.</summary>
    TimeSpan UsualInterval { get; }

    /// <exception cref="DaemonException">There is no answer.</exception>
    /// <exception cref="Outputs.TargetException">The switch gives none.</exception>
    Task<ControlResponse> FlowsAsync(CancellationToken cancellation);

    /// <summary>Null where no daemon is behind it.</summary>
    /// <exception cref="DaemonException">There is no answer.</exception>
    Task<StatusReport?> StatusAsync(CancellationToken cancellation);

    /// <summary>One flow, why it is there, and what has become of it; null where nothing is known of it.</summary>
    /// <exception cref="DaemonException">There is no answer.</exception>
    Task<FlowReport?> FlowAsync(string name, CancellationToken cancellation);
}

/// <summary>What was read at one time.</summary>
/// <param name="Place">See <see cref="IMonitorSource.Place"/>.</param>
/// <param name="At">When; monotonic.</param>
internal sealed record MonitorReading(string Place, DateTimeOffset Time, TimeSpan At)
{
    /// <summary>Null where it could not be read.</summary>
    public ControlResponse? Flows { get; init; }
    public StatusReport? Status { get; init; }

    /// <summary>The flow that is looked at closely.</summary>
    public string? Name { get; init; }

    /// <summary>Null where nothing is known of it.</summary>
    public FlowReport? Flow { get; init; }

    /// <summary>Why something is missing.</summary>
    public string? Fault { get; init; }
}
