namespace Assist.Eos;

internal enum Mode
{
    Exec, Enable, Configure, DirectFlow, Flow, Interface, MacAccessList, EventHandler, Api, Daemon, AccessList,
    ControlPlane, TrafficPolicies, PolicyVrf, PrefixSet, ServiceSet, TrafficPolicy, PolicyMatch, PolicyActions,
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
        (Mode.TrafficPolicies, Mode.Configure, TrafficPolicyCommands.Policies),
        (Mode.PolicyVrf, Mode.TrafficPolicies, TrafficPolicyCommands.Vrf),
        (Mode.PrefixSet, Mode.TrafficPolicies, TrafficPolicyCommands.Set),
        (Mode.ServiceSet, Mode.TrafficPolicies, TrafficPolicyCommands.Services),
        (Mode.TrafficPolicy, Mode.TrafficPolicies, PolicyRuleCommands.Policy),
        (Mode.PolicyMatch, Mode.TrafficPolicy, PolicyRuleCommands.Match),
        (Mode.PolicyActions, Mode.PolicyMatch, PolicyRuleCommands.Actions),
    ];

    private string[] _words = [];
    private string? _session;

    public SwitchState State => state;
    public Mode Mode { get; private set; }

    /// <summary>What the mode is about: the flow's, list's or handler's name, or interfaces with commas.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>Lines that came with the command, without the closing EOF.</summary>
    public string? Input { get; private set; }

    /// <summary>The config session that this one is in; null outside one.</summary>
    public PendingSession? Pending => _session is null ? null : state.Sessions.GetValueOrDefault(_session);

    /// <summary>The traffic policies as this session sees and changes them.</summary>
    public TrafficPolicies Policies
    {
        get => Pending?.Changed ?? state.Config.Policies;
        set
        {
            if (Pending is { } pending) pending.Changed = value;
            else state.Config.Policies = value;
        }
    }

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
            if (Pending is not null && !rule.IsOfSessions && mode >= Mode.Configure)
                throw CliError.CouldNotRun("This emulator takes only traffic policies in a config session");
            if (mode >= Mode.Configure && mode != Mode) Enter(mode, SubjectOf(mode));
            return rule.Run(this, nearest.Arguments);
        }

        throw PrivilegedError() ?? nearest.Error(_words);
    }

    public void Enter(Mode mode, string subject = "", Action? undo = null)
    {
        (Mode, Subject, Undo) = (mode, subject, undo);
        // The config session stays pending.
        if (mode < Mode.Configure) _session = null;
    }

    /// <summary>One mode out; `exit` in enable mode would end a terminal session and does nothing here.</summary>
    public void Leave()
    {
        var outer = Mode > Mode.Enable ? Outer(Mode) : Mode;
        Enter(outer, SubjectOf(outer));
    }

    public void EnterSession(string name)
    {
        Enter(Mode.Configure);
        _session = name;
    }

    /// <summary>Ends the config session; nothing of it stays.</summary>
    public void LeaveSession()
    {
        state.Sessions.Remove(_session!);
        Enter(Mode.Enable);
    }

    public CliError Invalid(int token) => CliError.Invalid(token, _words[token]);

    private static Mode Outer(Mode mode) => s_modes[(int)mode].Outer;

    // Of a mode around the one it is in: the policy of a rule, the rule of its actions.
    private string SubjectOf(Mode outer) => outer switch
    {
        Mode.TrafficPolicy => Subject.Split(' ')[0],
        Mode.PolicyMatch => Subject,
        _ => "",
    };

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
