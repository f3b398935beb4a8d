using System.CommandLine;
using Assist.Configuration;
using Assist.Flows;
using Assist.Outputs.OnSwitch;

namespace Assist.Commands;

/// <summary>`assist setup eos`: what EOS needs so that the daemon runs on the switch.</summary>
internal static class OnSwitchCommand
{
    // Nothing else of EOS's file system survives a reload.
    private static readonly string[] s_kept = ["/persist/", "/mnt/flash/"];

    // EOS keeps what a daemon prints below /var/log/agents, and nothing of what an event-handler has started.
    private const string HandlersLog = "/var/log/assist.log";

    private static readonly Option<bool> s_apply = new("--apply")
    {
        Description = "Sends the lines, after it has asked; without it they are only printed",
    };

    private static readonly Option<bool> s_yes = new("--yes") { Description = "With --apply: does not ask" };

    private static readonly Option<string?> s_vrf = new("--vrf")
    {
        Description = "The VRF that the firewall's logs arrive in",
        HelpName = "NAME",
    };

    private static readonly Option<bool> s_eventHandler = new("--event-handler")
    {
        Description = "Starts the daemon once at boot by an event-handler, instead of an EOS daemon that is restarted",
    };

    public static Command Create()
    {
        var json = SharedOptions.Json("Prints the steps as JSON");
        var command = new Command(
            "eos", "Prints what EOS needs to run the daemon and does not have: eAPI on its unix socket, a way in for "
                + "the logs, a start at boot with its log; exit 4 if there is anything")
        {
            s_apply, s_yes, s_vrf, s_eventHandler, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var config = SharedOptions.LoadOrFail(parsed);
            using var setup = new OnSwitchChange(config.Eapi, OptionsOf(parsed, config), Console.Out, cancellation);
            var plan = await setup.PlanAsync();
            OnSwitchText.Write(plan, NotesOn(config, parsed.GetValue(s_eventHandler)), parsed.GetValue(json));
            if (parsed.GetValue(s_apply) && plan.Parts.Count > 0)
                plan = await setup.CarryOutAsync(plan, Consent.Of(parsed.GetValue(s_yes)));
            return plan.IsDone ? ExitCode.Ok : ExitCode.ChangesDue;
        });
        return command;
    }

    private static OnSwitchOptions OptionsOf(ParseResult parsed, AssistConfig config)
    {
        var vrf = parsed.GetValue(s_vrf);
        if (vrf is not null && !OnSwitchOptions.IsVrf(vrf))
            throw new CommandException(
                "--vrf: a name has letters, digits, - and _ only, and begins with a letter or a digit", ExitCode.Usage);
        var file = Path.GetFullPath(SharedOptions.FileOf(parsed));
        var options = new OnSwitchOptions
        {
            Configuration = IsKept(file) ? file : ConfigurationFile.OnEos,
            Vrf = vrf == "default" ? null : vrf,
            IsByEventHandler = parsed.GetValue(s_eventHandler),
            LogFile = parsed.GetValue(s_eventHandler) && config.Log.File is null ? HandlersLog : null,
            Ports = [.. PortsOf(config)],
        };
        // Outside of the extension the program stands where it survives a reload.
        if (Environment.ProcessPath is { } program && IsKept(program)) options = options with { Program = program };
        foreach (var path in (string[])[options.Program, options.Configuration])
            if (!OnSwitchOptions.IsPath(path))
                throw new CommandException(
                    $"{path} cannot stand in a line of EOS; use a path of letters, digits, '.', '_' and '-'",
                    ExitCode.Usage);
        return options;
    }

    // What comes from the switch itself meets no list.
    private static IEnumerable<OpenPort> PortsOf(AssistConfig config) =>
        from listener in config.Listeners
        where listener.Address?.ToIPAddress() is not { } address || !System.Net.IPAddress.IsLoopback(address)
        from sender in config.Syslog.Senders
        where !System.Net.IPAddress.IsLoopback(sender.Address.ToIPAddress())
        select new OpenPort(listener.Transport == Transport.Udp, sender, listener.Port);

    /// <summary>What of the configuration does not suit a switch.</summary>
    private static IEnumerable<string> NotesOn(AssistConfig config, bool isByEventHandler)
    {
        if (isByEventHandler)
            yield return "the event-handler starts the daemon at the next boot only, and nothing restarts it; until "
                + "then start it with `assist setup-start`";
        if (config.Log.File is not { } file)
            yield return isByEventHandler
                ? $"log.file is not set, so the event-handler sets it to {HandlersLog}, which is lost at a reload; "
                    + "log.file keeps it elsewhere"
                : "the log goes to /var/log/agents/assist-PID, which is lost at a reload; log.file keeps it elsewhere";
        else if (!IsKept(Path.GetFullPath(file)))
            yield return $"log.file {file} is lost at a reload; {KeptPlaces}";
        var state = config.Control.StateDirectory;
        if (state != ConfigurationFile.StateDirectory && !IsKept(Path.GetFullPath(state)))
            yield return $"control.state_directory {state}, with it a pause, is lost at a reload; {KeptPlaces}";
        if (config.Log.Audit.File is { } audit && !IsKept(Path.GetFullPath(audit)))
            yield return $"audit.file {audit} is lost at a reload; {KeptPlaces}";
        if (config.Outward.Events?.File is { } events && !IsKept(Path.GetFullPath(events.Path)))
            yield return $"events.file.path {events.Path} is lost at a reload; {KeptPlaces}";
        if (config.Eapi.WaitAtStart == TimeSpan.Zero)
            yield return "switch.wait is 0: at boot eAPI comes up after the daemon, which then ends; set it to 10m";
    }

    private static string KeptPlaces => $"put it below {string.Join(" or ", s_kept)}";

    private static bool IsKept(string path) =>
        s_kept.Any(place => path.StartsWith(place, StringComparison.Ordinal));
}
