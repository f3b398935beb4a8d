using Assist.Addresses;
using Assist.Control;
using Assist.Daemon;
using Assist.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>What an operator allows, on a clock that is moved by hand and over restarts.</summary>
public sealed class AllowanceControlTests : IDisposable
{
    private const string Address = "192.0.2.10";

    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void It_ends_when_its_time_is_over_and_not_before()
    {
        var control = New();
        control.Allow(For(TimeSpan.FromHours(2)));

        _time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        control.EndWhatIsOver();
        Assert.True(Holds(control));

        _time.Advance(TimeSpan.FromSeconds(1));
        control.EndWhatIsOver();
        Assert.False(Holds(control));
        Assert.Empty(control.Current);
    }

    [Fact]
    public void A_restart_takes_over_what_is_left_of_it_and_nothing_that_is_over()
    {
        New().Allow(For(TimeSpan.FromHours(2)));
        _time.Advance(TimeSpan.FromHours(1));

        var next = Restarted();
        Assert.True(Holds(next));
        _time.Advance(TimeSpan.FromHours(1));
        next.EndWhatIsOver();
        Assert.False(Holds(next));
        Assert.False(Holds(Restarted()));
    }

    [Fact]
    public void A_wall_clock_that_was_set_back_makes_it_no_longer()
    {
        var ahead = _time.GetUtcNow().AddDays(1);
        new AllowanceFile(_directory).Write([new Allowance(Address, ahead, ahead.AddHours(2), "alice", null)]);

        var control = Restarted();
        Assert.True(Holds(control));
        _time.Advance(TimeSpan.FromHours(2));
        control.EndWhatIsOver();

        Assert.False(Holds(control));
    }

    [Fact]
    public void The_last_word_for_an_address_is_the_one_that_holds()
    {
        var control = New();
        control.Allow(For(TimeSpan.FromHours(2)));
        control.Allow(For(TimeSpan.FromMinutes(5)));

        Assert.Single(control.Current);
        _time.Advance(TimeSpan.FromMinutes(5));
        control.EndWhatIsOver();
        Assert.False(Holds(control));
    }

    [Fact]
    public void There_are_at_most_256()
    {
        var control = New();
        for (var i = 0; i < AllowanceControl.Most; i++)
            Assert.True(control.Allow(For(TimeSpan.FromHours(1)) with { Address = $"10.0.{i}.0/24" }));

        Assert.False(control.Allow(For(TimeSpan.FromHours(1))));

        Assert.True(control.End(Prefix("10.0.7.0/24"), Caller.Daemon));
        Assert.True(control.Allow(For(TimeSpan.FromHours(1))));
    }

    [Fact]
    public void A_damaged_file_is_told()
    {
        New().Allow(For(TimeSpan.FromHours(2)));
        File.AppendAllText(Path.Combine(_directory, "allowances.state"), " ");

        var control = Restarted();

        Assert.False(Holds(control));
        Assert.Contains("is not usable: damaged", control.Fault, StringComparison.Ordinal);
    }

    private Allowance For(TimeSpan length) =>
        new(Address, _time.GetUtcNow(), _time.GetUtcNow() + length, "alice", "ticket 4711");

    private AllowanceControl New() =>
        new(new AllowanceFile(_directory), _time, NullLogger<AllowanceControl>.Instance);

    private AllowanceControl Restarted()
    {
        var control = New();
        control.Restore();
        return control;
    }

    private static bool Holds(AllowanceControl control) =>
        IpAddr.TryParse(Address, out var address) && control.Addresses.Now!.Contains(address);

    private static IpPrefix Prefix(string text) => IpPrefix.TryParse(text, out var prefix) ? prefix : default;
}
