using Assist.Configuration;
using Assist.Control;
using Assist.LiveView;

namespace Assist.Commands;

/// <summary>The daemon of this machine, or the switch of its configuration while none runs.</summary>
internal sealed class DaemonSource(ControlPlace daemon) : IMonitorSource
{
    private static readonly TimeSpan s_often = TimeSpan.FromSeconds(1);

    // Null while a daemon answers.
    private SwitchSource? _switch;

    public string Place => _switch?.Place ?? daemon.Socket;

    public TimeSpan UsualInterval => _switch?.UsualInterval ?? s_often;

    public async Task<ControlResponse> FlowsAsync(CancellationToken cancellation)
    {
        var answer = await daemon.AskAsync(new ControlRequest { Command = "flows" }, cancellation);
        if (answer is null) return await (_switch ??= SwitchOf(daemon.ConfigOrFail())).FlowsAsync(cancellation);
        Dispose();
        return answer;
    }

    public async Task<StatusReport?> StatusAsync(CancellationToken cancellation) =>
        (await daemon.AskAsync(new ControlRequest { Command = "status" }, cancellation))?.Status;

    public async Task<FlowReport?> FlowAsync(string name, CancellationToken cancellation)
    {
        if (_switch is not null) return await _switch.FlowAsync(name, cancellation);
        var request = new ControlRequest { Command = "flow", Filter = new FlowFilter { Name = name } };
        return (await daemon.AskAsync(request, cancellation))?.Flow;
    }

    private static SwitchSource SwitchOf(AssistConfig config) => new(config.Eapi, async (eapi, cancellation) =>
        SwitchTargets.Target(
            await SwitchTargets.SettledAsync(config, eapi, cancellation), eapi, TimeProvider.System));

    public void Dispose()
    {
        _switch?.Dispose();
        _switch = null;
    }
}
