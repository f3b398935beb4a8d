using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Assist.Eos;

/// <summary>Where the Open vSwitch is that carries the packets.</summary>
/// <param name="Bridge">What ovs-ofctl(8) takes as a switch: a bridge's name or <c>unix:PATH</c>.</param>
/// <param name="Ports">OpenFlow port number of each interface. An interface without one has no link.</param>
/// <param name="Unmatched">Is a packet that no entry takes switched by its address, as on EOS, or dropped?</param>
public sealed record OpenVSwitchOptions(
    string Bridge, IReadOnlyDictionary<string, int> Ports, bool ForwardsUnmatched = true);

/// <summary>Packets and bytes that an entry has taken.</summary>
internal readonly record struct EntryCounts(long Packets, long Bytes);

/// <summary>The hardware in software: Open vSwitch behind ovs-ofctl(8). It matches, rewrites, counts and ends entries;
/// its timers run on its own clock.</summary>
public sealed partial class OpenVSwitch
{
    private const string PatienceSeconds = "5";

    private readonly OpenVSwitchOptions _options;
    private readonly OvsRules _rules;
    private readonly List<string> _waiting = [];
    private IReadOnlyCollection<string> _denied = [];

    /// <exception cref="IOException">It does not answer.</exception>
    public OpenVSwitch(OpenVSwitchOptions options)
    {
        _options = options;
        _rules = new OvsRules(options.Ports);
        Begin();
    }

    private string Unmatched => _options.ForwardsUnmatched ? "NORMAL" : "drop";

    /// <summary>An empty table above the ingress checks.</summary>
    /// <exception cref="IOException">It does not answer.</exception>
    internal void Begin()
    {
        _waiting.Clear();
        Control("add-flows", [.. OvsRules.Base(Unmatched), .. _rules.Deny(_denied)]);
    }

    /// <summary>Can a packet come in that this match takes?</summary>
    internal bool HasLink(MatchFields match) => match.Inputs.Count == 0 || match.Inputs.Any(_options.Ports.ContainsKey);

    internal void Install(HardwareEntry entry) => _waiting.AddRange(_rules.Install(entry.Flow, entry.Order));

    internal void Remove(HardwareEntry entry) => _waiting.Add(OvsRules.Remove(entry.Order));

    /// <summary>Interfaces that let nothing in.</summary>
    internal void Deny(IReadOnlyCollection<string> interfaces)
    {
        if (_denied.SequenceEqual(interfaces)) return;
        _denied = interfaces;
        _waiting.AddRange(_rules.Deny(interfaces));
    }

    /// <summary>Carries out what was asked for since the last time, all of it or nothing.</summary>
    /// <exception cref="IOException">It does not answer.</exception>
    internal void Commit()
    {
        if (_waiting.Count == 0) return;
        Control("add-flows", _waiting);
        _waiting.Clear();
    }

    /// <summary>Counts of the entries that are there, by their order; null where it has lost everything
    /// since.</summary>
    /// <exception cref="IOException">It does not answer.</exception>
    internal Dictionary<long, EntryCounts>? Read()
    {
        var found = new Dictionary<long, EntryCounts>();
        foreach (Match rule in RuleLine().Matches(Control("dump-flows", null)))
        {
            var cookie = long.Parse(
                rule.Groups["cookie"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            // The rules of one entry, one for each input interface, count together.
            var before = found.GetValueOrDefault(cookie);
            found[cookie] = new EntryCounts(
                before.Packets + long.Parse(rule.Groups["packets"].ValueSpan, CultureInfo.InvariantCulture),
                before.Bytes + long.Parse(rule.Groups["bytes"].ValueSpan, CultureInfo.InvariantCulture));
        }

        return found.Remove(OvsRules.BaseCookie) ? found : null;
    }

    [GeneratedRegex("cookie=0x(?<cookie>[0-9a-f]+), .*n_packets=(?<packets>[0-9]+), n_bytes=(?<bytes>[0-9]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuleLine();

    private string Control(string command, IReadOnlyList<string>? rules)
    {
        string[] common = ["-O", "OpenFlow13", "-t", PatienceSeconds];
        string[] arguments = rules is null
            ? [.. common, command, _options.Bridge, $"table={OvsRules.EntryTable}"]
            : [.. common, "--bundle", command, _options.Bridge, "-"];
        var start = new ProcessStartInfo("ovs-ofctl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start) ?? throw new IOException("ovs-ofctl did not start");
            if (rules is not null) process.StandardInput.Write(Pipes.Joined(rules));
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            // One line, which the pipe holds until it is read.
            var error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new IOException($"Open vSwitch: {error}");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"Open vSwitch: ovs-ofctl cannot be run: {e.Message}", e);
        }
    }
}
