using Assist.Enforcement;
using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Enforcement;

public sealed class TakenBackSessionsTests
{
    private readonly TakenBackSessions _sessions = new();

    [Fact]
    public void A_bypass_that_was_asked_for_before_its_session_ended_is_refused()
    {
        _sessions.Note(Match(1), At(10));
        Assert.True(_sessions.Has(Match(1), At(9)));
        Assert.True(_sessions.Has(Match(1), At(10)));
        Assert.False(_sessions.Has(Match(1), At(11)));
        Assert.True(_sessions.Has(Match(1).Reversed() with { InVlan = 11, OutVlan = 12 }, At(9)));
        Assert.False(_sessions.Has(Match(1, 80), At(9)));
        Assert.False(_sessions.Has(Match(2), At(9)));
    }

    [Fact]
    public void A_denial_counts_for_all_sessions_between_its_addresses()
    {
        _sessions.Note(Match(1) with { SourcePort = 0 }, At(10));
        Assert.True(_sessions.Has(Match(1, 80), At(9)));
        Assert.True(_sessions.Has(Match(1, 80).Reversed(), At(9)));
        Assert.False(_sessions.Has(Match(2), At(9)));
        Assert.False(_sessions.Has(Match(1, 80), At(11)));
    }

    [Fact]
    public void Of_what_is_forgotten_every_older_bypass_is_refused()
    {
        _sessions.Note(Match(1), At(10));
        for (var host = 2; host <= TakenBackSessions.MaxSessions + 1; host++) _sessions.Note(Match(host), At(20));
        Assert.True(_sessions.Has(Match(1), At(9)));
        Assert.True(_sessions.Has(Match(-1), At(10)));
        Assert.False(_sessions.Has(Match(-1), At(11)));
        Assert.True(_sessions.Has(Match(2), At(19)));
    }

    [Fact]
    public void What_is_denied_of_one_address_refuses_every_older_bypass()
    {
        _sessions.Note(new FlowMatch { Source = Match(1).Source }, At(10));
        Assert.True(_sessions.Has(Match(2), At(10)));
        Assert.False(_sessions.Has(Match(1), At(11)));
    }
}
