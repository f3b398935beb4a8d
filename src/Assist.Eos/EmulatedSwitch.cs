namespace Assist.Eos;

/// <summary>An Arista switch without a switch: CLI, DirectFlow and a packet path, under one lock and a clock of the
/// caller.</summary>
public sealed class EmulatedSwitch
{
    // How exactly a programming delay is kept, and how soon a data path that was started anew is noticed.
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);
    private const int StepsBetweenLooks = 100;

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;

    // Touched only under _lock.
    private readonly SwitchState _state;
    private Random _luck;

    /// <param name="clock">Of everything but the timers of a data path of its own.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="changed">Sees every change of the hardware's table, in the order of time.</param>
    /// <param name="path">What carries packets; null where tests ask <see cref="Forward"/> about them.</param>
    public EmulatedSwitch(
        TimeProvider clock, SwitchOptions? options = null, Action<TableChange>? changed = null,
        OpenVSwitch? path = null)
    {
        _clock = clock;
        _state = new SwitchState(clock, options ?? new SwitchOptions(), changed, path);
        _luck = new Random(_state.Options.Seed);
        _state.Chance = Chance;
    }

    /// <summary>Config sessions that were committed so far.</summary>
    public int Commits
    {
        get { lock (_lock) return _state.Commits; }
    }

    public SwitchOptions Options
    {
        get { lock (_lock) return _state.Options; }
        set
        {
            lock (_lock)
            {
                if (value.Seed != _state.Options.Seed) _luck = new Random(value.Seed);
                _state.Advance();
                _state.Change(value);
            }
        }
    }

    /// <summary>Carry out one runCmds request.</summary>
    public RunCmdsReply Run(RunCmds request)
    {
        lock (_lock)
        {
            _state.Advance();
            return new CommandRunner(_state, _clock, Chance).Run(request);
        }
    }

    /// <summary>The same for plain commands in JSON format.</summary>
    public RunCmdsReply Run(params IEnumerable<string> commands) =>
        Run(new RunCmds([.. commands.Select(c => new EapiCommand(c))]));

    public Forwarding Forward(Packet packet)
    {
        lock (_lock)
        {
            _state.Advance();
            return _state.Forward(packet with { Input = InterfaceNames.Long(packet.Input) ?? packet.Input });
        }
    }

    public SwitchSnapshot Snapshot()
    {
        lock (_lock)
        {
            _state.Advance();
            return _state.Config.Snapshot(_state.Options);
        }
    }

    /// <summary>Every configured flow as it is in the configuration, and whether the hardware has it: the switch's own
    /// view, whatever the faults make of its answers.</summary>
    public IReadOnlyList<(string Name, bool IsProgrammed, IReadOnlyList<string> Lines)> Flows()
    {
        lock (_lock)
        {
            _state.Advance();
            return [.. FlowReport.All(_state)
                .Select(f => (f.Flow.Name, f.IsProgrammed, RunningConfigText.Flow(f.Flow)))];
        }
    }

    /// <summary>Another writer of flows on this switch, such as Macro-Segmentation Service: facts 2.1.</summary>
    public void AddForeignFlow(string name, params IEnumerable<string> lines)
    {
        var reply = Run(["enable", "configure", "directflow", $"flow {name}", .. lines]);
        if (reply.Error is { } error) throw new ArgumentException(error.Message, nameof(lines));
    }

    public void DeleteForeignFlow(string name) => Run("enable", "configure", "directflow", $"no flow {name}");

    /// <summary>The agent restarts: the hardware is empty at once and filled again from the configuration, counters at
    /// 0.</summary>
    public void DropTable()
    {
        lock (_lock)
        {
            _state.Advance();
            _state.Reprogram();
        }
    }

    /// <summary>Power off and on: the startup configuration, without the flows that are not persistent.</summary>
    public void Reload()
    {
        lock (_lock) _state.Reload();
    }

    /// <summary>A number from 0 to below the limit. Same seed, same answers.</summary>
    internal int Pick(int limit)
    {
        lock (_lock) return _luck.Next(limit);
    }

    /// <summary>Programs what is due, also while nobody asks, and fills a data path anew that was started anew. Ends
    /// when cancelled.</summary>
    /// <param name="report">Told when the data path stops answering, and when it answers again.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task FollowAsync(Action<string> report, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(s_step, _clock);
        string? told = null;
        try
        {
            for (var step = 0; await timer.WaitForNextTickAsync(cancel); step++)
            {
                var fault = Step(looks: step % StepsBetweenLooks == 0);
                if (fault != told) report(fault ?? "the data path answers again");
                told = fault;
            }
        }
        catch (OperationCanceledException)
        {
            // The switch is turned off.
        }
    }

    private string? Step(bool looks)
    {
        lock (_lock)
        {
            _state.Advance();
            if (looks) _state.Observe();
            return _state.PathFault;
        }
    }

    /// <summary>Does an event of this rate happen now? Same seed, same answers.</summary>
    internal bool Chance(double rate)
    {
        lock (_lock) return rate > 0 && _luck.NextDouble() < rate;
    }
}
