using Assist.Enforcement;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.Eapi;
using Assist.Rules;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Looks after what the switch is and can, beside the flows it holds: at boot the daemon is up before eAPI
/// and, with MLAG, minutes before traffic. Later somebody may turn DirectFlow off, other features may take the table's
/// room, and a reload loses every flow in silence.</summary>
internal sealed partial class SwitchWatch(
    EapiClient eapi, TimeSpan waitAtStart, TimeSpan checkInterval, FlowController controller,
    AddressLearner addresses, TimeProvider time, ILogger<SwitchWatch> log)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    // A switch that reloads, or whose agent starts anew, has lost every flow: its uptime tells between two readings.
    private static readonly TimeSpan s_uptimePoll = TimeSpan.FromSeconds(5);

    // What it is changes by a reload, or by somebody's hand: then static flows are missing too.
    private static readonly TimeSpan s_longestTrust = TimeSpan.FromMinutes(10);

    private volatile string? _fault;

    // Touched only by the loop and, before it runs, by the first check.
    private readonly BootWatch _boot = new(time);
    private bool _isAnew;

    /// <summary>What is asked of it beside what it is.</summary>
    public required IReadiness Readiness { get; init; }

    /// <summary>What the switch said last; null before its first answer.</summary>
    public EosFacts? Facts { get; private set; }

    /// <summary>Why the switch is not available now; null while it is. The controller notices by itself when it
    /// no longer answers.</summary>
    public string? Fault => _fault;

    public EapiClient Eapi => eapi;

    /// <summary>What the switch depends on.</summary>
    public AddressLearner Addresses => addresses;

    /// <summary>Reads what the switch is.</summary>
    /// <exception cref="DaemonException">It does not answer, or cannot be used.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        try
        {
            var facts = await EosFacts.ReadAsync(eapi, cancellation);
            var size = await Readiness.CheckAsync(facts, cancellation);
            Facts = facts;
            Note(_boot.Answered(facts.Booted));
            _isAnew = false;
            if (size is { } capacity) controller.Order(table => table.SwitchHolds(capacity));
            await LearnAsync(cancellation);
        }
        catch (TargetException e)
        {
            throw new DaemonException(e.Message, e);
        }
    }

    /// <summary>Runs until it is cancelled.</summary>
    /// <exception cref="DaemonException">The switch has not answered within the time that is allowed at the
    /// start.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var deadline = time.GetTimestamp() + (long)(waitAtStart.TotalSeconds * time.TimestampFrequency);
        var checkedAt = time.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            addresses.Tell();
            await Task.Delay(Facts is null ? TimeSpan.Zero : s_uptimePoll, time, cancellation);
            if (Facts is not null && _fault is null && !IsCheckDue(time.GetElapsedTime(checkedAt)))
            {
                await PollUptimeAsync(cancellation);
                await LearnAsync(cancellation);
                continue;
            }
            if (!await TryCheckAsync(cancellation) && Facts is null)
            {
                if (time.GetTimestamp() >= deadline) throw new DaemonException(_fault!);
                await Task.Delay(s_retry, time, cancellation);
            }
            checkedAt = time.GetTimestamp();
        }
    }

    // What a drop of before touches now is lifted.
    private async Task LearnAsync(CancellationToken cancellation)
    {
        if (!await addresses.LearnIfDueAsync(cancellation)) return;
        controller.Order(table =>
        {
            foreach (var record in table.Flows.Where(record => !table.Admits(record.Identity)).ToList())
                table.Remove(record, controller.Now, FlowEnd.Revoked);
        });
    }

    private bool IsCheckDue(TimeSpan sinceLast) => _isAnew || sinceLast >= s_longestTrust
        || (controller.Statics.Missing.Count > 0 && sinceLast >= checkInterval);

    private async Task<bool> TryCheckAsync(CancellationToken cancellation)
    {
        try
        {
            await CheckAsync(cancellation);
            if (_fault is not null) controller.RequestRead();
            _fault = null;
            return true;
        }
        catch (DaemonException e) when (Facts is null || e.InnerException is null)
        {
            if (_fault != e.Message) Waiting(log, e.Message);
            _fault = e.Message;
        }
        catch (DaemonException)
        {
        }
        return false;
    }

    private async Task PollUptimeAsync(CancellationToken cancellation)
    {
        // While it does not answer the controller asks by itself.
        if (controller.TargetFault is not null) return;
        try
        {
            Note(_boot.Answered(await EosFacts.BootedAsync(eapi, cancellation)));
        }
        catch (TargetException)
        {
            _boot.Lost();
            controller.RequestRead();
        }
    }

    // Back again, or started anew since: what it holds is to be looked at.
    private void Note(bool isAnew)
    {
        if (!isAnew) return;
        _isAnew = true;
        controller.RequestRead();
    }

    [LoggerMessage(EventId = 601, Level = LogLevel.Warning, Message = "waiting for the switch: {Reason}")]
    private static partial void Waiting(ILogger log, string reason);
}
