using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class EscalationTests
{
    private const int Minute = 60;
    private const int Hour = 3600;
    private const int Day = 86_400;
    private static readonly FlowTimeouts s_halfHour = new(30 * Minute, 300);

    private readonly Escalation _memory = New();

    [Theory]
    [InlineData(5 * Minute, 10 * Minute, Hour, Day, 7 * Day)]
    [InlineData(10 * Minute, Hour, Day, 7 * Day, 7 * Day)]
    [InlineData(30 * Minute, Hour, Day, 7 * Day, 7 * Day)]
    [InlineData(Day, 7 * Day, 7 * Day, 7 * Day, 7 * Day)]
    [InlineData(7 * Day, 7 * Day, 7 * Day, 7 * Day, 7 * Day)]
    public void Each_repeat_takes_the_next_step_that_is_longer_than_what_the_rule_says(int own, params int[] repeats)
    {
        var timeouts = new FlowTimeouts(own, 0);
        Assert.Equal([own, .. repeats],
            Enumerable.Range(0, repeats.Length + 1).Select(level => _memory.Lease(timeouts, level).Hard));
    }

    [Theory]
    [InlineData(300, 1, Hour)]
    [InlineData(0, 1, 0)]
    [InlineData(300, 2, 65_535)]
    [InlineData(300, 0, 300)]
    public void Silence_ends_no_drop_that_came_back(int idle, int level, int expected) =>
        Assert.Equal(expected, _memory.Lease(s_halfHour with { Idle = idle }, level).Idle);

    [Fact]
    public void A_level_is_one_more_than_when_the_switch_last_held_the_drop_up_to_the_last_step()
    {
        for (var expected = 0; expected < 6; expected++)
        {
            var level = _memory.NextLevel(Match(), s_halfHour, At(0));
            Assert.Equal(Math.Min(expected, 3), level);
            _memory.Programmed(Match(), level, At(100), At(0));
        }
        Assert.Equal(0, _memory.NextLevel(Match(2), s_halfHour, At(0)));
    }

    [Fact]
    public void What_the_switch_never_held_is_no_step()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(0, _memory.NextLevel(Match(), s_halfHour, At(i)));
        _memory.Programmed(Match(), 0, At(10), At(5));
        for (var i = 0; i < 3; i++) Assert.Equal(1, _memory.NextLevel(Match(), s_halfHour, At(20 + i)));
    }

    [Fact]
    public void The_same_drop_programmed_again_is_no_step_and_one_held_for_less_keeps_its_level()
    {
        _memory.Programmed(Match(), 2, At(10), At(5));
        _memory.Programmed(Match(), 2, At(20), At(15));
        _memory.Programmed(Match(), 0, At(30), At(25));
        Assert.Equal(3, _memory.NextLevel(Match(), s_halfHour, At(40)));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    public void A_drop_is_forgotten_some_time_after_its_end(int seconds, int expected)
    {
        _memory.Programmed(Match(), 0, At(Hour), At(0));
        Assert.Equal(expected, _memory.NextLevel(Match(), s_halfHour, At(Hour + 30 * Day + seconds)));
        Assert.Equal(expected, _memory.Remembered(At(Hour + 30 * Day + seconds)).Count);
    }

    [Fact]
    public void What_an_operator_took_back_begins_anew()
    {
        _memory.Programmed(Match(1), 2, At(10), At(0));
        _memory.Programmed(Match(2), 2, At(10), At(0));
        _memory.Programmed(Match(3), 2, At(10), At(0));
        _memory.Forget(Match(1));
        _memory.ForgetWhere(match => match == Match(2));
        Assert.Equal([0, 0, 3], new[] { 1, 2, 3 }.Select(host => _memory.NextLevel(Match(host), s_halfHour, At(0))));
    }

    [Fact]
    public void The_revision_moves_with_what_is_remembered_and_with_nothing_else()
    {
        var before = _memory.Revision;
        _memory.NextLevel(Match(), s_halfHour, At(0));
        _memory.Forget(Match());
        Assert.Equal(before, _memory.Revision);
        _memory.Programmed(Match(), 0, At(10), At(0));
        Assert.NotEqual(before, _memory.Revision);
        before = _memory.Revision;
        _memory.Forget(Match());
        Assert.NotEqual(before, _memory.Revision);
    }

    [Fact]
    public void A_drop_of_an_earlier_run_has_the_level_it_is_remembered_with()
    {
        _memory.Restore([new RememberedDrop(Match(1), 2, At(100))], At(0));
        Assert.Equal(2, _memory.Adopted(Match(1), At(50), At(1)));
        Assert.Equal(0, _memory.Adopted(Match(2), At(50), At(1)));
        Assert.Equal(3, _memory.NextLevel(Match(1), s_halfHour, At(200)));
        Assert.Equal(1, _memory.NextLevel(Match(2), s_halfHour, At(200)));
    }

    // A wall clock that was set between two runs shows as an end far away.
    [Theory]
    [InlineData(1e9)]
    [InlineData(-2e9)]
    public void An_end_that_no_lease_can_have_neither_lives_on_nor_makes_levels_jump(double end)
    {
        _memory.Restore([new RememberedDrop(Match(), 1, At(end))], At(0));
        Assert.Equal(end > 0 ? 2 : 0, _memory.NextLevel(Match(), s_halfHour, At(0)));
        Assert.Equal(0, _memory.NextLevel(Match(), s_halfHour, At(37 * Day)));
        Assert.All(_memory.Remembered(At(0)), drop => Assert.Equal(At(7 * Day), drop.EndsAt));
    }

    [Fact]
    public void A_level_from_longer_steps_is_the_last_of_these()
    {
        _memory.Restore([new RememberedDrop(Match(), 900, At(10))], At(0));
        Assert.Equal(3, _memory.NextLevel(Match(), s_halfHour, At(20)));
        Assert.Equal(7 * Day, _memory.Lease(s_halfHour, 900).Hard);
    }

    [Fact]
    public void A_full_memory_forgets_what_ended_first()
    {
        for (var host = 1; host <= 2 * Escalation.MaxMatches; host++)
        {
            _memory.Programmed(Match(host), 1, At(host), At(0));
            Assert.True(_memory.Count <= Escalation.MaxMatches);
        }
        Assert.True(_memory.Count > Escalation.MaxMatches * 9 / 10);
        var left = _memory.Remembered(At(0)).Select(drop => drop.EndsAt).ToList();
        Assert.Equal(At(2 * Escalation.MaxMatches), left.Max());
        Assert.Equal(At(2 * Escalation.MaxMatches - left.Count + 1), left.Min());
    }

    internal static Escalation New() => new(new EscalationOptions
    {
        Steps = [At(10 * Minute), At(Hour), At(Day), At(7 * Day)],
    });
}
