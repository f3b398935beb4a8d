namespace Assist.Eos;

internal enum Mode
{
    Exec, Enable, Configure, DirectFlow, Flow, Interface, MacAccessList, EventHandler, Api, Daemon, AccessList,
    ControlPlane,
}

/// <summary>One CLI session: every runCmds request has its own and starts in exec mode.</summary>
internal sealed class CliSession(SwitchState state, bool autoComplete)
{
    // A command of an outer configuration mode leaves the inner ones, as on a terminal.
    private static readonly (Mode Mode, Mode Outer, Rule[] Rules)[] s_modes =
    [
        (Mode.Exec, Mode.Exec, [.. ExecCommands.Exec, .. ShowCommands.Exec]),
        (Mode.Enable, Mode.Exec, [.. ExecCommands.Enable, .. ShowCommands.Enable]),
        (Mode.Configure, Mode.Enable, ConfigureCommands.Rules),
        (Mode.DirectFlow, Mode.Configure, DirectFlowCommands.Rules),
        (Mode.Flow, Mode.DirectFlow, FlowCommands.Rules),
        (Mode.Interface, Mode.Configure, InterfaceCommands.Rules),
        (Mode.MacAccessList, Mode.Configure, MacAccessListCommands.Rules),
        (Mode.EventHandler, Mode.Configure, EventHandlerCommands.Rules),
        (Mode.Api, Mode.Configure, HostingCommands.Api),
        (Mode.Daemon, Mode.Configure, HostingCommands.Daemon),
        (Mode.AccessList, Mode.Configure, AccessListCommands.Rules),
        (Mode.ControlPlane, Mode.Configure, HostingCommands.ControlPlane),
    ];

    private string[] _words = [];

    public SwitchState State => state;
    public Mode Mode { get; private set; }

    /// <summary>What the mode is about: the flow's, list's or handler's name, or interfaces with commas.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>Lines that came with the command, without the closing EOF.</summary>
    public string? Input { get; private set; }

    /// <summary>What `abort` brings back.</summary>
    public Action? Undo { get; private set; }

    public ShowOutput? Run(string command, string? input)
    {
        _words = command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Input = input;
        if (_words.Length == 0 || _words[0][0] == '!') return null;
        var nearest = new RuleMatch(-1, Miss.Invalid, []);
        foreach (var mode in ModesOutward())
        {
            if (Find(mode, ref nearest) is not { } rule) continue;
            if (mode >= Mode.Configure && mode != Mode) Enter(mode);
            return rule.Run(this, nearest.Arguments);
        }

        throw PrivilegedError() ?? nearest.Error(_words);
    }

    public void Enter(Mode mode, string subject = "", Action? undo = null) =>
        (Mode, Subject, Undo) = (mode, subject, undo);

    /// <summary>One mode out; `exit` in enable mode would end a terminal session and does nothing here.</summary>
    public void Leave() => Enter(Mode > Mode.Enable ? Outer(Mode) : Mode);

    public CliError Invalid(int token) => CliError.Invalid(token, _words[token]);

    private static Mode Outer(Mode mode) => s_modes[(int)mode].Outer;

    private IEnumerable<Mode> ModesOutward()
    {
        for (var mode = Mode; ; mode = Outer(mode))
        {
            yield return mode;
            if (mode is Mode.Exec) yield break;
        }
    }

    private Rule? Find(Mode mode, ref RuleMatch nearest)
    {
        foreach (var rule in s_modes[(int)mode].Rules)
        {
            var match = rule.Match(_words, autoComplete);
            if (match.Miss is not Miss.None && !match.IsNearerThan(nearest)) continue;
            nearest = match;
            if (match.Miss is Miss.None) return rule;
        }

        return null;
    }

    private CliError? PrivilegedError()
    {
        var ignored = new RuleMatch(-1, Miss.Invalid, []);
        var hidden = Mode is Mode.Exec && Find(Mode.Enable, ref ignored) is not null;
        var token = _words[0] == "show" ? 1 : 0;
        return hidden ? CliError.Privileged(token, _words[token]) : null;
    }
}
