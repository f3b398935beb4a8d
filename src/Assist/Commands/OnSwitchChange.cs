using Assist.Outputs.Eapi;
using Assist.Outputs.OnSwitch;

namespace Assist.Commands;

/// <summary>Carries out what `setup eos` plans. After each step it looks whether the switch shows it: so a list that
/// came out otherwise is never applied.</summary>
internal sealed class OnSwitchChange(
    EapiOptions eapi, OnSwitchOptions options, TextWriter output, CancellationToken cancellation) : IDisposable
{
    private readonly EapiClient _eapi = new(eapi);
    private readonly OnSwitchSetup _setup = new(options);

    public Task<OnSwitchPlan> PlanAsync() => _setup.PlanAsync(_eapi, cancellation);

    /// <summary>What is left to do.</summary>
    /// <exception cref="CommandException">The switch refused a line, or does not show it.</exception>
    public async Task<OnSwitchPlan> CarryOutAsync(OnSwitchPlan plan, Consent consent)
    {
        // The steps are on the screen already.
        if (!consent.To(output))
        {
            output.WriteLine("nothing is sent; `assist setup eos --apply --yes` agrees to this");
            return plan;
        }
        var left = plan;
        foreach (var part in plan.Parts)
        {
            output.WriteLine(part.Step.Purpose);
            using (var answer = await _eapi.RunAsync(part.Step.Commands, EapiFormat.Json, cancellation))
                if (answer.Error is { } error)
                    throw SwitchSetup.Refusal(part.Step, answer.FailedCommand, error);
            left = await PlanAsync();
            if (left.Parts.Any(other => other.Step.Purpose == part.Step.Purpose))
                throw new CommandException(
                    $"the switch took the lines to {part.Step.Purpose} and does not show them as they were sent; "
                    + "nothing after them was sent", ExitCode.Failed);
        }
        output.WriteLine("done; save it with `copy running-config startup-config`, so that it survives a reload");
        return left;
    }

    public void Dispose() => _eapi.Dispose();
}
