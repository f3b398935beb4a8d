using Assist.Control;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.LiveView;

/// <summary>The switch alone, where no daemon runs.</summary>
internal sealed class SwitchSource(EapiOptions options) : IMonitorSource
{
    private readonly EapiClient _eapi = new(options);

    // Of the last reading.
    private IReadOnlyList<InstalledEntry> _entries = [];

    public string Place => $"the switch at {_eapi.Endpoint}, without a daemon";

    // It has better things to do.
    public TimeSpan UsualInterval => TimeSpan.FromSeconds(5);

    public async Task<ControlResponse> FlowsAsync(CancellationToken cancellation)
    {
        // Nothing is planned here, so the wiring does not count.
        var target = new DirectFlowTarget(
            _eapi, new FlowPlanner(new Topology()), NullLogger<DirectFlowTarget>.Instance);
        var installed = await target.ReadAsync(cancellation);
        _entries = [.. installed.Entries.Where(found => IsOurs(found.Key))];
        return new ControlResponse { Flows = [.. _entries.Select(Flow)] };
    }

    public Task<StatusReport?> StatusAsync(CancellationToken cancellation) => Task.FromResult<StatusReport?>(null);

    public Task<FlowReport?> FlowAsync(string name, CancellationToken cancellation) => Task.FromResult(
        _entries.FirstOrDefault(found => found.Key == name) is not { Entry: FlowEntry entry } known ? null
            : new FlowReport
            {
                Cause = new FlowCause(Flow(known)),
                Commands = [.. DirectFlowCommands.Install(entry).Select(command => command.Text)],
                History = [],
                Source = "switch",
            });

    public void Dispose() => _eapi.Dispose();

    private static bool IsOurs(string name) => FlowName.IsDynamic(name) || FlowName.IsStatic(name);

    private static FlowStatus Flow(InstalledEntry found)
    {
        var entry = (FlowEntry)found.Entry;
        return new FlowStatus
        {
            Name = entry.Name,
            Action = FlowName.ActionOf(entry.Name)?.ToString().ToLowerInvariant() ?? "static",
            State = found.StatusText,
            Match = FlowName.IsDynamic(entry.Name) ? MatchStatus.Of(entry.Match) : null,
            Entries = 1,
            Priority = entry.Priority,
            Packets = found.Traffic.Packets ?? 0,
            Bytes = found.Traffic.Bytes,
            HardTimeoutS = entry.Timeouts.Hard,
            IdleTimeoutS = entry.Timeouts.Idle,
        };
    }
}
