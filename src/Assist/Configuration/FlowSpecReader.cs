using Assist.Addresses;
using Assist.Outputs.FlowSpec;

namespace Assist.Configuration;

/// <summary>flow_spec: what is announced by BGP FlowSpec, and where.</summary>
internal sealed class FlowSpecReader(FilePaths paths, Diagnostics faults)
{
    public const string Name = "flow_spec";
    private const string Forms = "write \"unix:/run/gobgpd/api.sock\", or host and port such as 127.0.0.1:50051";
    private const int MostRules = 100_000;

    private static readonly TimeSpan s_shortestLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestLease = TimeSpan.FromDays(1);

    /// <summary>Null where there is no such section.</summary>
    public FlowSpecOptions? Read(Section root)
    {
        if (root.Find(Name) is not { } entry) return null;
        var section = Section.Of(entry.Value, entry.At, Name, faults);
        var own = ListenerReader.Prefixes(section, "own_prefixes", faults);
        var read = new FlowSpecOptions
        {
            Engine = Engine(section),
            Mark = Mark(section),
            OwnPrefixes = own,
            Routers = ListenerReader.Prefixes(section, "routers", faults),
            MaxRules = section.Integer("max_rules", FlowSpecOptions.DefaultMaxRules, 1, MostRules),
            Lease = section.Duration("lease", TimeSpan.FromMinutes(1), s_shortestLease, s_longestLease),
            NoExport = section.Flag("no_export", true),
        };
        section.Done();
        CheckOwn(section, own);
        return read;
    }

    /// <summary>Warns of a section that no rule needs.</summary>
    public void Check(AssistConfig config, Section root)
    {
        if (config.FlowSpec is not null && config.Decisions.Rules.All(rule => !rule.Announce))
            faults.Warn(root.Find(Name)!.At, "no rule has announce: true, so nothing is ever announced");
    }

    private void CheckOwn(Section section, IReadOnlyList<IpPrefix> own)
    {
        if (section.Find("own_prefixes") is not { } entry)
            faults.Missing(section.PathOf("own_prefixes"), section.At,
                $"{section.PathOf("own_prefixes")} is missing: name the prefixes of your network; only packets "
                + "towards them are dropped at its edge");
        else if (entry.Value is { Kind: NodeKind.List, Items.Count: 0 })
            faults.Error(entry.Value.At, $"{section.PathOf("own_prefixes")} is empty, so nothing could be announced");
        foreach (var prefix in own.Where(prefix => prefix.Length == 0))
            faults.Error(section.Find("own_prefixes")!.Value.At,
                $"{section.PathOf("own_prefixes")}: {prefix} is everybody's; name the prefixes of your network");
    }

    private Community Mark(Section section)
    {
        if (section.Scalar("mark") is not { } value)
        {
            if (section.Find("mark") is null)
                faults.Missing(section.PathOf("mark"), section.At,
                    $"{section.PathOf("mark")} is missing: name a community of your own, such as 65010:666, by which "
                    + "assist knows its routes");
            return default;
        }
        if (!Community.TryParse(value.Text, out var mark))
            faults.Error(value.At, $"{section.PathOf("mark")}: \"{value.Text}\" is no community of your own; write two "
                + "numbers from 0 to 65535, such as 65010:666, of which the first is neither 0 nor 65535");
        return mark;
    }

    private EngineAddress Engine(Section section)
    {
        var none = new EngineAddress("", null);
        var ca = paths.Existing(section, "ca");
        if (section.Scalar("engine") is not { } value)
        {
            if (section.Find("engine") is null)
                faults.Missing(section.PathOf("engine"), section.At,
                    $"{section.PathOf("engine")} is missing: where does gobgpd answer? {Forms}");
            return none;
        }
        if (AddressOf(value.Text) is not { } engine)
        {
            faults.Error(value.At, $"{section.PathOf("engine")}: \"{value.Text}\" is no address; {Forms}");
            return none;
        }
        if (ca is not null && engine.Url?.Scheme != Uri.UriSchemeHttps)
            faults.Warn(section.Find("ca")!.At,
                $"{section.PathOf("ca")} has no effect: an engine on this machine is asked without TLS");
        return engine with { Ca = ca };
    }

    // Whoever can read the connection could announce too, so it leaves this machine with TLS only.
    /// <summary>Null for what is no address.</summary>
    public static EngineAddress? AddressOf(string text)
    {
        if (text.StartsWith("unix:/", StringComparison.Ordinal))
            return new EngineAddress("/" + text["unix:/".Length..].TrimStart('/'), null);
        if (!Uri.TryCreate($"http://{text}", UriKind.Absolute, out var plain) || plain.Port <= 0 || !HasPort(text)
            || plain is not { PathAndQuery: "/", UserInfo: "", Fragment: "" }
            || text.Contains('/', StringComparison.Ordinal))
            return null;
        return new EngineAddress(null, plain.IsLoopback ? plain : new Uri($"https://{text}"));
    }

    private static bool HasPort(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && colon > text.LastIndexOf(']') && colon < text.Length - 1;
}
