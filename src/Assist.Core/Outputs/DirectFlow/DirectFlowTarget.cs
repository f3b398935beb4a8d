using System.Text.Json;
using Assist.Flows;
using Assist.Outputs.Eapi;
using Microsoft.Extensions.Logging;

namespace Assist.Outputs.DirectFlow;

/// <summary>Enforces flows as EOS DirectFlow entries over eAPI. Many flows go in one request; the answer is judged for
/// each of them; whatever the switch took of a refused one is removed at once.</summary>
public sealed partial class DirectFlowTarget(EapiClient eapi, FlowPlanner planner, ILogger<DirectFlowTarget> log)
    : IFlowTarget
{
    private static readonly EapiCommand[] s_show = ["show directflow detail"];

    public IFlowPlanner Planner => planner;

    public async Task<InstalledFlows> ReadAsync(CancellationToken cancellation)
    {
        // Text first: a flow that appears between the two readings is then at worst listed twice, never missed.
        string text;
        using (var answer = await eapi.RunAsync(s_show, EapiFormat.Text, cancellation))
            text = answer.Error is null ? answer.Output(0) : "";
        return await ShowAsync(json => DirectFlowReader.Read(json, text), cancellation);
    }

    // JSON alone, which leaves out on some releases what waits for a resource.
    public Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation) =>
        ShowAsync(json => DirectFlowReader.Find(json, keys), cancellation);

    private async Task<InstalledFlows> ShowAsync(Func<JsonElement, InstalledFlows> read, CancellationToken cancellation)
    {
        using var json = await eapi.RunAsync(s_show, EapiFormat.Json, cancellation);
        if (json.Error is { } error) throw new TargetException($"the switch cannot show its flows: {error.Reason}");
        return read(json.Results[0]);
    }

    public async Task<IReadOnlyList<ChangeResult>> ApplyAsync(
        IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var results = new ChangeResult[changes.Count];
        var first = 0;
        try
        {
            while (first < changes.Count) first = await ApplyFromAsync(first, changes, results, cancellation);
        }
        catch (TargetException e) when (first > 0)
        {
            // Part of the set was sent already, so it is not the switch that is unknown but the rest.
            Array.Fill(results, new ChangeResult(ChangeStatus.Unknown, e.Message), first, changes.Count - first);
        }
        return results;
    }

    /// <summary>One request; gives the first change that is still to be sent.</summary>
    private async Task<int> ApplyFromAsync(
        int first, IReadOnlyList<FlowChange> changes, ChangeResult[] results, CancellationToken cancellation)
    {
        var (commands, owners) = Render(changes, first);
        using var response = await eapi.RunAsync(commands, EapiFormat.Json, cancellation);
        foreach (var note in response.Notes()) SwitchNote(log, note);
        if (response.Error is not { } error || response.FailedCommand < 0 || response.FailedCommand >= owners.Count)
        {
            var result = response.Error is { } unclear
                ? new ChangeResult(ChangeStatus.Unknown, unclear.Reason)
                : new ChangeResult(ChangeStatus.Accepted);
            Array.Fill(results, result, first, changes.Count - first);
            return changes.Count;
        }
        var failed = owners[response.FailedCommand];
        // Refused before any flow: the mode itself is not to be had, and nothing changed.
        if (failed < 0)
            throw new TargetException(
                $"the switch refused '{commands[response.FailedCommand]}': {error.Reason}", nothingApplied: true);
        Array.Fill(results, new ChangeResult(ChangeStatus.Accepted), first, failed - first);
        Refused(log, commands[response.FailedCommand].Text, error.Reason);
        results[failed] = await WithdrawAsync(changes[failed], error.Reason, cancellation);
        return failed + 1;
    }

    // EOS keeps what stood before the failing line, so the fragment goes before anything else happens.
    private async Task<ChangeResult> WithdrawAsync(FlowChange change, string reason, CancellationToken cancellation)
    {
        if (change.Install.Count == 0) return new ChangeResult(ChangeStatus.Rejected, reason);
        var commands = DirectFlowCommands.Enter
            .Concat(change.Install.Select(entry => DirectFlowCommands.Remove(entry.Key))).ToList();
        try
        {
            using var response = await eapi.RunAsync(commands, EapiFormat.Json, cancellation);
            return new ChangeResult(response.Error is null ? ChangeStatus.Rejected : ChangeStatus.Unknown, reason);
        }
        catch (TargetException e)
        {
            WithdrawalUnknown(log, e.Message);
            return new ChangeResult(ChangeStatus.Unknown, reason);
        }
    }

    private static (List<EapiCommand> Commands, List<int> Owners) Render(IReadOnlyList<FlowChange> changes, int first)
    {
        var commands = DirectFlowCommands.Enter.ToList();
        var owners = commands.ConvertAll(_ => -1);
        for (var i = first; i < changes.Count; i++)
        {
            commands.AddRange(changes[i].Remove.Select(DirectFlowCommands.Remove));
            commands.AddRange(changes[i].Install.Cast<FlowEntry>().SelectMany(DirectFlowCommands.Install));
            while (owners.Count < commands.Count) owners.Add(i);
        }
        commands.Add("end");
        owners.Add(changes.Count - 1);
        return (commands, owners);
    }

    [LoggerMessage(EventId = 351, Level = LogLevel.Warning,
        Message = "the switch refused '{Command}': {Reason}; the flow is withdrawn")]
    private static partial void Refused(ILogger log, string command, string reason);

    [LoggerMessage(EventId = 352, Level = LogLevel.Warning,
        Message = "a refused flow could not be withdrawn, will read the switch: {Reason}")]
    private static partial void WithdrawalUnknown(ILogger log, string reason);

    [LoggerMessage(EventId = 353, Level = LogLevel.Information, Message = "the switch notes: {Note}")]
    private static partial void SwitchNote(ILogger log, string note);
}
