using System.ComponentModel;
using System.Diagnostics;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Flows;
using Assist.Inputs.Syslog;

namespace Assist.Daemon;

/// <summary>Openings in the local packet filter for the firewall's logs, made only when the configuration asks for it
/// (control.open_ports): on EOS the control-plane ACL is the supported way. Each carries a comment, and only rules with
/// that comment are ever removed.</summary>
internal static class PortOpenings
{
    private const string Mark = "assist-syslog";

    // ENOENT
    private const int NotFound = 2;

    // No exit code of a program.
    private const int NotStarted = -1;
    private const int NotInstalled = -2;

    // Another holder of the filter's lock, as at boot, is waited for.
    private static readonly string[] s_patience = ["-w", "10"];
    private static readonly string[] s_filters = ["iptables", "ip6tables"];

    /// <exception cref="DaemonException">The packet filter refused, or there is none.</exception>
    public static async Task OpenAsync(
        IEnumerable<ListenerOptions> listeners, IReadOnlyList<IpPrefix> senders, CancellationToken cancellation)
    {
        // What a run that was killed left behind would otherwise add up.
        await CloseAllAsync(cancellation);
        try
        {
            foreach (var listener in listeners)
                foreach (var sender in senders)
                    await OpenAsync(listener, sender, cancellation);
        }
        catch (Exception e) when (e is DaemonException or OperationCanceledException)
        {
            await CloseAllAsync(CancellationToken.None);
            throw;
        }
    }

    private static async Task OpenAsync(ListenerOptions listener, IpPrefix sender, CancellationToken cancellation)
    {
        var filter = sender.Address.IsV4 ? s_filters[0] : s_filters[1];
        var (code, _, error) = await RunAsync(filter,
        [
            "-I", "INPUT", "-p", listener.Transport == Transport.Udp ? "udp" : "tcp", "-s", sender.ToString(),
            "--dport", listener.Port.ToString(), "-m", "comment", "--comment", Mark, "-j", "ACCEPT",
        ], cancellation);
        if (code != 0)
            throw new DaemonException($"{filter} did not open port {listener.Port}: {error}; "
                + "set control.open_ports to false and open the port by hand");
    }

    /// <summary>How many were removed, and why others may be left: a filter could not be looked at or changed. One that
    /// is not installed has none of ours.</summary>
    public static async Task<(int Closed, IReadOnlyList<string> Faults)> CloseAllAsync(CancellationToken cancellation)
    {
        var closed = 0;
        List<string> faults = [];
        foreach (var filter in s_filters)
        {
            var (code, rules, error) = await RunAsync(filter, ["-S", "INPUT"], cancellation);
            if (code is not (0 or NotInstalled)) faults.Add($"{filter} cannot be looked at: {error}");
            if (code != 0) continue;
            foreach (var rule in rules.Split('\n').Where(IsOurs))
            {
                IEnumerable<string> words = rule.Split(' ')[1..].Select(word => word.Trim('"'));
                var (removed, _, fault) = await RunAsync(filter, ["-D", .. words], cancellation);
                if (removed == 0) closed++;
                else faults.Add($"{filter} has not removed a rule: {fault}");
            }
        }
        return (closed, faults);
    }

    private static bool IsOurs(string rule) => rule.StartsWith("-A INPUT ", StringComparison.Ordinal)
        && rule.Split(' ').SkipWhile(word => word != "--comment").Skip(1).FirstOrDefault()?.Trim('"') == Mark;

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in s_patience.Concat(arguments)) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, output, (await error).ReplaceLineEndings(" ").Trim());
        }
        catch (Win32Exception e)
        {
            // The library's text is about processes and working directories.
            return e.NativeErrorCode == NotFound
                ? (NotInstalled, "", $"{program} is not installed") : (NotStarted, "", e.Message);
        }
    }
}
