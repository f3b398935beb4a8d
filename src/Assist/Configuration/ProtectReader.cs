using Assist.Guards;
using Assist.Outputs.Eapi;

namespace Assist.Configuration;

/// <summary>What no drop may touch.</summary>
public sealed record ProtectOptions(ProtectedSet NeverDrop, LearnOptions Learn);

/// <summary>What is learnt from the switch, beside what the file names.</summary>
public sealed record LearnOptions
{
    public IReadOnlySet<LearntSource> Sources { get; init; } = Enum.GetValues<LearntSource>().ToHashSet();

    /// <summary>For how long what was learnt last serves while the switch cannot be asked.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(1);

    public bool IsOn => Sources.Count > 0;
}

/// <summary>protect: what no drop may touch.</summary>
internal sealed class ProtectReader(Diagnostics faults)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    /// <summary>The keys of protect.learn that turn a source off.</summary>
    public static IReadOnlyList<(string Key, LearntSource Source)> Sources { get; } =
    [
        ("addresses", LearntSource.Addresses), ("next_hops", LearntSource.NextHops), ("arp", LearntSource.Arp),
        ("bgp", LearntSource.Bgp), ("mlag", LearntSource.Mlag), ("name_servers", LearntSource.NameServers),
        ("ntp", LearntSource.Ntp), ("aaa", LearntSource.Aaa), ("senders", LearntSource.Senders),
    ];

    public ProtectOptions Read(Section protect)
    {
        var neverDrop = new ProtectedSet(ListenerReader.Prefixes(protect, "never_drop", faults));
        foreach (var prefix in neverDrop.Prefixes.Where(prefix => prefix.Length == 0))
            faults.Warn(protect.Find("never_drop")!.Value.At,
                $"protect.never_drop: {prefix} protects every address, so no drop is ever made");
        var read = new ProtectOptions(neverDrop, Learn(protect));
        protect.Done();
        return read;
    }

    // `learn: false` turns every source off.
    private static LearnOptions Learn(Section protect)
    {
        var defaults = new LearnOptions();
        if (protect.Find("learn")?.Value is { Kind: NodeKind.Scalar, IsEmpty: false })
            return protect.Flag("learn", true)
                ? defaults : defaults with { Sources = new HashSet<LearntSource>() };
        var learn = protect.Sub("learn");
        var read = new LearnOptions
        {
            Sources = Sources.Where(each => learn.Flag(each.Key, true)).Select(each => each.Source).ToHashSet(),
            MaxAge = learn.Duration("max_age", defaults.MaxAge, s_shortest, s_longest),
        };
        learn.Done();
        return read;
    }
}
