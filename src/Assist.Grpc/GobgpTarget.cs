using Assist.Flows;
using Assist.Gobgp.Wire;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;
using Microsoft.Extensions.Logging;

namespace Assist.Gobgp;

/// <summary>Announces drops as rules of BGP FlowSpec. Touches no route that does not carry our community, and says of
/// its own no more than that they are announced: whether a router acts by them BGP does not tell.</summary>
/// <param name="guard">The last check. It is told whom the engine talks to.</param>
public sealed partial class GobgpTarget(
    GobgpEngine engine, FlowSpecOptions options, AnnouncementGuard guard, TimeProvider time, ILogger<GobgpTarget> log)
    : IFlowTarget
{
    // Two who announce the same match share one route, and the last one wins: what others have announced since the last
    // listing would become ours. So the rules are listed each time before something is sent; where they are so many
    // that a listing takes long, the last one may be so old.
    private static readonly TimeSpan s_longListingIsGood = TimeSpan.FromSeconds(1);
    private const int ManyRules = 1000;

    private readonly FlowSpecPlanner _planner = new();

    // Calls come one at a time.
    private Dictionary<string, FlowSpecEntry> _listed = [];
    private long? _listedAt;

    public IFlowPlanner Planner => _planner;

    public async Task<InstalledFlows> ReadAsync(CancellationToken cancellation)
    {
        guard.Speakers = await engine.SpeakersAsync(cancellation);
        await ListAsync(cancellation);
        return Shown(_listed.Values);
    }

    public async Task<InstalledFlows> ReadSomeAsync(IReadOnlySet<string> keys, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(keys);
        await ListAsync(cancellation);
        return Shown(_listed.Values.Where(rule => keys.Contains(rule.Key)));
    }

    public async Task<IReadOnlyList<ChangeResult>> ApplyAsync(
        IReadOnlyList<FlowChange> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(changes);
        try
        {
            if (IsListingDue) await ListAsync(cancellation);
        }
        catch (TargetException e)
        {
            throw new TargetException(e.Message, nothingApplied: true, e);
        }
        var paths = new List<Route>();
        var results = changes.Select(change => Plan(change, paths)).ToList();
        if (paths.Count == 0) return results;
        // What was sent is in the engine only once it has been listed again.
        await engine.SendAsync(paths, cancellation);
        return results;
    }

    private bool IsListingDue => _listedAt is not { } at || _listed.Count < ManyRules
        || time.GetElapsedTime(at) >= s_longListingIsGood;

    private ChangeResult Plan(FlowChange change, List<Route> paths)
    {
        if (change.Install.Cast<FlowSpecEntry>().Select(Refusal).FirstOrDefault(why => why is not null) is { } refusal)
            return new ChangeResult(ChangeStatus.Rejected, refusal);
        // An announcement replaces what stood there; a withdrawal before it would be told to every router.
        var installed = change.Install.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var key in change.Remove)
            if (!installed.Contains(key) && !IsOthers(key)) paths.Add(PathOf(key, withdraws: true));
        foreach (var key in installed) paths.Add(PathOf(key, withdraws: false));
        return new ChangeResult(ChangeStatus.Accepted);
    }

    private string? Refusal(FlowSpecEntry entry)
    {
        if (guard.Judge(entry) is not Withheld.None and var why)
        {
            Withholding(log, RuleText.OfEos(entry.Match), why.Words());
            return why.Words();
        }
        return IsOthers(entry.Key) ? "somebody else has announced a rule with the same match" : null;
    }

    private bool IsOthers(string key) => _listed.TryGetValue(key, out var rule) && !rule.IsMarked;

    private Route PathOf(string key, bool withdraws)
    {
        var nlri = FlowSpecEntry.NlriOf(key, out var isV6);
        return GobgpEngine.PathOf(nlri, isV6, options.Communities, withdraws);
    }

    private async Task ListAsync(CancellationToken cancellation)
    {
        var routes = await engine.ListAsync(cancellation);
        var listed = new Dictionary<string, FlowSpecEntry>(routes.Count, StringComparer.Ordinal);
        foreach (var route in routes)
        {
            var entry = FlowSpecEntry.Read(route.Nlri.Span, route.IsV6) with
            {
                IsMarked = FlowSpecAttributes.Has(route.Attributes, options.Mark),
                Drops = FlowSpecAttributes.OnlyDrop(route.Attributes),
            };
            listed[entry.Key] = entry;
        }
        (_listed, _listedAt) = (listed, time.GetTimestamp());
    }

    private static InstalledFlows Shown(IEnumerable<FlowSpecEntry> rules) => new()
    {
        Entries =
        [
            .. rules.Select(rule => new InstalledEntry
            {
                Entry = rule,
                Status = EntryStatus.Advertised,
                StatusText = "advertised",
            }),
        ],
    };

    // The last line of defence: something before it should have refused.
    [LoggerMessage(EventId = 391, Level = LogLevel.Warning, Message = "{Rule} is not announced: {Reason}")]
    private static partial void Withholding(ILogger log, string rule, string reason);
}
