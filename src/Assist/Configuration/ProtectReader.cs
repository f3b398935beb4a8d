using System.Globalization;
using Assist.Addresses;
using Assist.Guards;
using Assist.Outputs.Eapi;

namespace Assist.Configuration;

/// <summary>What no drop may touch.</summary>
/// <param name="Named">By the file.</param>
public sealed record ProtectOptions(IReadOnlyList<NeverDropped> Named, LearnOptions Learn)
{
    public ProtectedSet NeverDrop { get; } = new(Named.Select(each => each.Prefix));

    /// <summary>Without what was protected for a time that is over; this one where nothing was.</summary>
    public ProtectOptions At(DateTimeOffset now) => Named.All(each => !each.IsOver(now)) ? this
        : new ProtectOptions([.. Named.Where(each => !each.IsOver(now))], Learn);
}

/// <summary>One of protect.never_drop.</summary>
/// <param name="Comment">The operator's own words.</param>
/// <param name="Until">Null protects without an end.</param>
public sealed record NeverDropped(IpPrefix Prefix, string? Comment, DateTimeOffset? Until)
{
    public bool IsOver(DateTimeOffset now) => now >= Until;
}

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
    private const string NeverDrop = "never_drop";
    private const int LongestComment = 200;
    private const string Date = "yyyy-MM-dd";

    private static readonly string[] s_times = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz"];
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
        var named = Named(protect);
        foreach (var (prefix, _, _) in named.Where(each => each.Prefix.Length == 0))
            faults.Warn(protect.Find(NeverDrop)!.Value.At,
                $"protect.never_drop: {prefix} protects every address, so no drop is ever made");
        var read = new ProtectOptions(named, Learn(protect));
        protect.Done();
        return read;
    }

    private List<NeverDropped> Named(Section protect)
    {
        if (protect.Find(NeverDrop)?.Value is not { IsEmpty: false } value || value.Kind == NodeKind.Broken) return [];
        IReadOnlyList<ConfigNode> items = value.Kind == NodeKind.List ? [.. value.Items] : [value];
        var path = protect.PathOf(NeverDrop);
        return
        [
            .. items.Where(item => item.Kind != NodeKind.Broken).Select((item, i) => item.Kind != NodeKind.Map
                ? Entry(item, path, null, null)
                : Entry(Section.Of(item, item.At, $"{path}.{i}", faults))).OfType<NeverDropped>(),
        ];
    }

    private NeverDropped? Entry(Section section)
    {
        var (address, comment, until) = (section.Scalar("address"), section.Text("comment"), Until(section));
        section.Done();
        if (comment?.Length > LongestComment)
            faults.Error(section.At, $"{section.PathOf("comment")} has more than {LongestComment} characters");
        if (address is not null) return Entry(address, section.PathOf("address"), comment, until);
        if (section.Find("address") is null)
            faults.Error(
                section.At, $"{section.PathOf("address")} is missing; name the address that no drop may touch");
        return null;
    }

    private NeverDropped? Entry(ConfigNode value, string path, string? comment, DateTimeOffset? until)
    {
        if (value.Kind != NodeKind.Scalar || value.IsEmpty)
            faults.Error(value.At, $"{path} must be a single value, not {value.Describe}");
        else if (IpPrefix.TryParse(value.Text, out var prefix)) return new NeverDropped(prefix, comment, until);
        else faults.Error(
            value.At, $"{path}: \"{value.Text}\" is neither an address nor a prefix such as 192.0.2.0/24 (names are "
            + "not looked up)");
        return null;
    }

    // A day is over at its end, by the clock of this machine.
    private DateTimeOffset? Until(Section section)
    {
        if (section.Scalar("until") is not { } value) return null;
        if (DateTime.TryParseExact(value.Text, Date, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.AddDays(1), TimeZoneInfo.Local.GetUtcOffset(day.AddDays(1)));
        if (DateTimeOffset.TryParseExact(
            value.Text.Replace("Z", "+00:00", StringComparison.Ordinal), s_times, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var time)) return time;
        faults.Error(
            value.At, $"{section.PathOf("until")}: \"{value.Text}\" is neither a day such as 2026-12-31 nor a time "
            + "with its offset such as 2026-12-31T18:00+01:00");
        return null;
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
