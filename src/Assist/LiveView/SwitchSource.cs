using Assist.Control;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.LiveView;

/// <summary>The switch alone, where no daemon runs.</summary>
/// <param name="targetOf">What of it holds the flows.</param>
internal sealed class SwitchSource(
    EapiOptions options, Func<EapiClient, CancellationToken, Task<IFlowTarget>> targetOf) : IMonitorSource
{
    private readonly EapiClient _eapi = new(options);

    // Of the last reading.
    private IReadOnlyList<InstalledEntry> _entries = [];

    public string Place => $"the switch at {_eapi.Endpoint}, without a daemon";

    // It has better things to do.
    public TimeSpan UsualInterval => TimeSpan.FromSeconds(5);

    public async Task<ControlResponse> FlowsAsync(CancellationToken cancellation)
    {
        var installed = await (await targetOf(_eapi, cancellation)).ReadAsync(cancellation);
        _entries = [.. installed.Entries.Where(found => IsOurs(found.Key))];
        return new ControlResponse { Flows = [.. _entries.Select(Flow)] };
    }

    public Task<StatusReport?> StatusAsync(CancellationToken cancellation) => Task.FromResult<StatusReport?>(null);

    public Task<FlowReport?> FlowAsync(string name, CancellationToken cancellation) => Task.FromResult(
        _entries.FirstOrDefault(found => found.Key == name) is not { } known ? null
            : new FlowReport
            {
                Cause = new FlowCause(Flow(known)),
                Commands = known.Entry is not FlowEntry entry ? []
                    : [.. DirectFlowCommands.Install(entry).Select(command => command.Text)],
                History = [],
                Source = "switch",
            });

    public void Dispose() => _eapi.Dispose();

    private static bool IsOurs(string name) => FlowName.IsDynamic(name) || FlowName.IsStatic(name);

    private static FlowStatus Flow(InstalledEntry found) => new()
    {
        Name = found.Key,
        Action = FlowName.ActionOf(found.Key)?.ToString().ToLowerInvariant() ?? "static",
        State = found.StatusText,
        Match = FlowName.IsDynamic(found.Key) && found.Entry.Packets is { } match ? MatchStatus.Of(match) : null,
        Entries = 1,
        Priority = found.Entry.Precedence,
        Packets = found.Traffic.Packets ?? 0,
        Bytes = found.Traffic.Bytes,
        HardTimeoutS = found.Entry.Timeouts.Hard,
        IdleTimeoutS = found.Entry.Timeouts.Idle,
    };
}
