using Assist.Configuration;
using Assist.Daemon;
using Assist.Flows;
using Assist.Logging;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Outputs.TrafficPolicy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Commands;

/// <summary>Carries out what `setup` and `unsetup` plan, step by step.</summary>
internal sealed class SwitchSetup : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly AssistConfig _config;
    private readonly TextWriter _output;
    private readonly CancellationToken _cancellation;
    private readonly EapiClient _eapi;
    private readonly DirectFlowTarget _target;
    private readonly DirectFlowSetup _setup;

    // Null where DirectFlow holds the flows.
    private readonly PolicySetup? _policy;

    public SwitchSetup(AssistConfig config, TextWriter output, CancellationToken cancellation)
    {
        (_config, _output, _cancellation) = (config, output, cancellation);
        _eapi = new EapiClient(config.Eapi);
        _target = new DirectFlowTarget(
            _eapi, new FlowPlanner(config.Topology), NullLogger<DirectFlowTarget>.Instance);
        _setup = new DirectFlowSetup(config.Topology, config.Hardening);
        _policy = SwitchTargets.IsTrafficPolicy(config) ? new PolicySetup(config.Enforcement.Policy) : null;
    }

    /// <summary>True where the set-up carries the traffic between ports.</summary>
    public bool HasPorts => _policy is null;

    public Task<SetupPlan> PlanAsync() => AskAsync(
        _policy is null ? _setup.PlanAsync : (eapi, _, cancellation) => _policy.PlanAsync(eapi, cancellation));

    public Task<SetupPlan> PlanRemovalAsync() => AskAsync(
        _policy is null
            ? _setup.PlanRemovalAsync : (eapi, _, cancellation) => _policy.PlanRemovalAsync(eapi, cancellation));

    /// <summary>False where something stays for want of consent.</summary>
    public async Task<bool> SetUpAsync(Consent consent)
    {
        var plan = await PlanAsync();
        if (plan.Refusal is { } refusal) throw new CommandException(refusal, ExitCode.Failed);
        if (plan.Steps.Count == 0)
        {
            Confirm(await UnprogrammedAsync());
            Tell(plan);
            if (plan.IsEmpty) _output.WriteLine("nothing to do: the switch is set up");
            return plan.IsEmpty;
        }
        var isDone = await CarryOutAsync(plan, consent);
        var missing = await UnprogrammedAsync();
        // One more look: what was taken away has made room, and a DirectFlow that was off has shown nothing.
        if (isDone && (missing.Count == 0 || plan.Steps.Any(step => step.NeedsConsent)))
        {
            isDone = await CarryOutAsync(await PlanAsync(), consent);
            missing = await UnprogrammedAsync();
        }
        Confirm(missing);
        if (_policy is not null) await TellGrammarAsync();
        isDone &= plan.ByHand.Count == 0;
        _output.WriteLine(isDone
            ? "the switch is set up; save it with `copy running-config startup-config`, so that it survives a reload"
            : "the switch has what this wiring needs, and more that contradicts it; `assist setup --yes` removes what "
                + "is ours of that");
        return isDone;
    }

    /// <summary>False where nothing is taken back, for want of consent.</summary>
    public async Task<bool> TakeBackAsync(Consent consent)
    {
        // It would go on writing flows, and call the static ones missing.
        if (SwitchClaim.HolderOf(_config.Eapi) is { } holder)
            throw new CommandException(
                $"{holder} works on this switch, and nothing is taken back under a daemon; end it with `assist stop` "
                + "first", ExitCode.Failed);
        var plan = await PlanRemovalAsync();
        if (plan.Steps.Count == 0)
        {
            _output.WriteLine("nothing to do: the switch has nothing of `assist setup`");
            return true;
        }
        if (!await CarryOutAsync(plan, consent))
        {
            _output.WriteLine("nothing is taken back; `assist unsetup --yes` agrees to this");
            return false;
        }
        _output.WriteLine("the set-up is taken back; save that with `copy running-config startup-config`");
        return true;
    }

    public void Dispose() => _eapi.Dispose();

    /// <summary>What to tell where the switch has refused a line of a step.</summary>
    public static CommandException Refusal(SetupStep step, int failed, EapiError error)
    {
        var line = failed >= 0 && failed < step.Commands.Count ? step.Commands[failed].Text : step.Purpose;
        return new CommandException(
            $"the switch refused '{line}': {error.Reason}; nothing after it was sent", ExitCode.Failed);
    }

    // At boot eAPI comes up after us.
    private async Task<SetupPlan> AskAsync(
        Func<EapiClient, IFlowTarget, CancellationToken, Task<SetupPlan>> plan)
    {
        var (start, wait) = (TimeProvider.System.GetTimestamp(), _config.Eapi.WaitAtStart);
        while (true)
        {
            try
            {
                return await plan(_eapi, _target, _cancellation);
            }
            catch (TargetException e) when (e.NothingApplied && TimeProvider.System.GetElapsedTime(start) < wait)
            {
                await Task.Delay(s_retry, _cancellation);
            }
        }
    }

    private async Task<bool> CarryOutAsync(SetupPlan plan, Consent consent)
    {
        Tell(plan);
        foreach (var step in plan.Steps.Where(step => !step.NeedsConsent)) await SendAsync(step);
        var taken = plan.Steps.Where(step => step.NeedsConsent).ToList();
        if (!consent.To(taken, _output)) return false;
        foreach (var step in taken) await SendAsync(step);
        return true;
    }

    private void Tell(SetupPlan plan)
    {
        foreach (var finding in plan.Findings) _output.WriteLine(Printable.Of(finding));
    }

    private async Task SendAsync(SetupStep step)
    {
        _output.WriteLine(step.Purpose);
        using var response = await _eapi.RunAsync(step.Commands, EapiFormat.Json, _cancellation);
        if (response.Error is not { } error) return;
        await AbortAsync(step);
        await WithdrawFlowAsync(step, response.FailedCommand);
        throw Refusal(step, response.FailedCommand, error);
    }

    // Nothing of it is live before its commit, and it would take one of the few places.
    private async Task AbortAsync(SetupStep step)
    {
        if (step.Session is null) return;
        using var answer = await _eapi.RunAsync(
            ["enable", $"configure session {step.Session} abort"], EapiFormat.Json, _cancellation);
    }

    // EOS keeps the lines before the refused one: a static flow that lacks its action must not stay. One that stood
    // there before carries traffic and is left alone.
    private async Task WithdrawFlowAsync(SetupStep step, int failed)
    {
        if (step.NewFlows.Count == 0) return;
        var half = step.Commands.Take(failed + 1)
            .LastOrDefault(command => command.Text.StartsWith("flow ", StringComparison.Ordinal)).Text;
        // An answer that does not tell which line failed leaves every new flow in doubt.
        var names = half is null ? step.NewFlows : step.NewFlows.Where(name => half == $"flow {name}");
        using var answer = await _eapi.RunAsync(
            [.. DirectFlowCommands.Enter, .. names.Select(DirectFlowCommands.Remove), "end"],
            EapiFormat.Json, _cancellation);
    }

    // "Sent" is not "programmed": without the static flows the firewall has no path.
    private static void Confirm(IReadOnlyList<string> missing)
    {
        if (missing.Count > 0)
            throw new CommandException(
                $"the switch took the static flows but has not programmed {string.Join(", ", missing)}; "
                + "`assist setup --plan` gives the switch's reason, and `assist setup` enters them again",
                ExitCode.Failed);
    }

    private async Task TellGrammarAsync()
    {
        foreach (var answer in await PolicyProbe.AskAsync(_eapi, _cancellation))
            _output.WriteLine($"asked in a session that was aborted: {answer}");
    }

    private async Task<IReadOnlyList<string>> UnappliedAsync()
    {
        if (await PolicyFacts.FaultAsync(_eapi, _config.Enforcement.Policy, _cancellation) is { } fault)
            throw new CommandException(fault, ExitCode.Failed);
        return [];
    }

    /// <summary>Static flows that the switch has not programmed within the time it may take.</summary>
    private async Task<IReadOnlyList<string>> UnprogrammedAsync()
    {
        if (_policy is not null) return await UnappliedAsync();
        var wanted = StaticFlows.For(_config.Topology).Select(flow => flow.Name).ToHashSet(StringComparer.Ordinal);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var installed = await _target.ReadAsync(_cancellation);
            var isLate = TimeProvider.System.GetElapsedTime(start) > FlowTable.ProgrammingGrace;
            // Words nobody knows are no refusal, and get the time to turn into words that are known.
            var programmed = installed.Entries.Where(entry => entry.Status == EntryStatus.Programmed
                || (isLate && entry is { Status: EntryStatus.Unknown, HasLines: true }));
            var missing = wanted.Except(programmed.Select(entry => entry.Key)).ToList();
            if (missing.Count == 0 || isLate) return missing;
            await Task.Delay(s_look, _cancellation);
        }
    }
}
