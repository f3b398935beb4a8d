using System.Globalization;
using Assist.Outputs.Eapi;

namespace Assist.Outputs.TrafficPolicy;

/// <summary>What became of a config session.</summary>
/// <param name="Refused">The line that the switch refused; null where it took them all.</param>
/// <param name="Reason">Its words; empty where it committed them.</param>
internal sealed record SessionResult(string? Refused, string Reason)
{
    public bool IsCommitted => Refused is null && Reason.Length == 0;
}

/// <summary>Config sessions that live as long as one request: EOS copies what a session has changed over what others
/// have changed since it was opened, so none is ever left open.</summary>
internal sealed class ConfigSession(EapiClient eapi)
{
    private const string Prefix = "assist-";

    private int _last;

    /// <summary>Opens, fills and commits one; after a refused line nothing of it is left.</summary>
    /// <exception cref="TargetException">It could not be opened, or nobody knows what became of it.</exception>
    public async Task<SessionResult> CommitAsync(IReadOnlyList<string> lines, CancellationToken cancellation)
    {
        for (var isRetry = false; ; isRetry = true)
        {
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{++_last}");
            EapiCommand[] commands =
                ["enable", $"configure session {name}", .. lines.Select(line => new EapiCommand(line)), "commit"];
            using var response = await eapi.RunAsync(commands, EapiFormat.Json, cancellation);
            if (response.Error is not { } error) return new SessionResult(null, "");
            if (response.FailedCommand < 0) throw new TargetException(error.Reason);
            if (response.FailedCommand > 1)
            {
                await AbortAsync([name], cancellation);
                var isCommit = response.FailedCommand == commands.Length - 1;
                return new SessionResult(isCommit ? null : commands[response.FailedCommand].Text, error.Reason);
            }
            // Those of a run that was killed in the middle take the few places that there are.
            if (isRetry || !await AbortStaleAsync(cancellation))
                throw new TargetException(
                    $"the switch refused '{commands[response.FailedCommand]}': {error.Reason}", nothingApplied: true);
        }
    }

    private async Task<bool> AbortStaleAsync(CancellationToken cancellation)
    {
        using var shown = await eapi.RunAsync(
            ["enable", "show configuration sessions"], EapiFormat.Text, cancellation);
        if (shown.Error is not null) return false;
        var stale = shown.Output(1).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Contains("pending"))
            .SelectMany(words => words.Where(word => word.StartsWith(Prefix, StringComparison.Ordinal))).ToList();
        if (stale.Count > 0) await AbortAsync(stale, cancellation);
        return stale.Count > 0;
    }

    private async Task AbortAsync(IEnumerable<string> names, CancellationToken cancellation)
    {
        // One that is gone already is none of the worse for it.
        foreach (var name in names)
        {
            using var response = await eapi.RunAsync(
                ["enable", $"configure session {name} abort"], EapiFormat.Json, cancellation);
        }
    }
}
