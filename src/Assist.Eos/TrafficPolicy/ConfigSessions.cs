namespace Assist.Eos;

/// <summary>One config session: nothing of it is live before its commit.</summary>
internal sealed record PendingSession(TrafficPolicies Opened)
{
    public TrafficPolicies Changed { get; set; } = Opened;
}

/// <summary>`configure session`: only what traffic policies need may be changed in one here. The configuration is
/// copied when it is opened, and it stays pending until a commit, an abort or a reload.</summary>
internal static class ConfigSessions
{
    /// <summary>As EOS has it by default.</summary>
    private const int MostPending = 5;

    /// <summary>Of enable mode.</summary>
    public static readonly Rule[] Enable =
    [
        Rule.Do("configure session WORD", Open).AlsoInSession(),
        Rule.Do("configure session WORD abort", (session, a) => session.State.Sessions.Remove(a[0])).AlsoInSession(),
        Rule.Show("show configuration sessions", (session, _) =>
            ShowOutput.TextOnly(() => Pipes.Joined(Listed(session.State)))).AlsoInSession(),
        Rule.Show("show session-config", (session, _) =>
            ShowOutput.TextOnly(() => Pipes.Joined(PolicyText.All(session.Policies, session.State.Options))))
            .AlsoInSession(),
    ];

    /// <summary>Of every mode.</summary>
    public static readonly Rule[] Exec =
    [
        Rule.Do("commit", Commit),
        Rule.Do("abort", (session, _) => Abort(session)),
    ];

    private static void Open(CliSession session, string[] a)
    {
        var sessions = session.State.Sessions;
        // The words are not known from any source.
        if (!sessions.ContainsKey(a[0]) && sessions.Count >= MostPending)
            throw CliError.CouldNotRun("Maximum number of pending sessions has been reached. Please commit or abort "
                + "previous sessions before creating a new one.");
        sessions.TryAdd(a[0], new PendingSession(session.State.Config.Policies));
        session.EnterSession(a[0]);
    }

    private static void Commit(CliSession session, string[] a)
    {
        if (session.Pending is not { } pending) throw CliError.Invalid(0, "commit");
        var state = session.State;
        if (state.Chance(state.Options.CommitConflictRate))
            throw CliError.CouldNotRun("The running configuration has changed since the session was opened");
        state.Config.Policies = state.Config.Policies.Overwritten(pending.Opened, pending.Changed);
        state.Commits++;
        session.LeaveSession();
    }

    private static void Abort(CliSession session)
    {
        if (session.Pending is not null)
        {
            session.LeaveSession();
            return;
        }

        session.Undo?.Invoke();
        session.Leave();
    }

    private static IEnumerable<string> Listed(SwitchState state) =>
    [
        "Maximum number of completed sessions: 1",
        $"Maximum number of pending sessions: {MostPending}",
        "",
        "  Name            State         User     Terminal",
        "  --------------- ------------- -------- --------",
        .. state.Sessions.Keys.Select(name => $"  {name,-15} pending"),
    ];
}
