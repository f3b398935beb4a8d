using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class RemovalLedgerTests
{
    private readonly RemovalLedger _ledger = new();

    [Fact]
    public void A_removal_is_over_when_a_reading_lacks_the_key()
    {
        _ledger.Want("a");
        Assert.Equal(["a"], _ledger.Take(10));
        Assert.Equal((false, true, true), (_ledger.HasWanted, _ledger.IsAwaited, _ledger.HasAny));
        Observe(["a", "b"]);
        Assert.True(_ledger.IsAwaited);
        Observe(["b"]);
        Assert.False(_ledger.HasAny);
    }

    [Fact]
    public void What_is_taken_is_bounded_and_the_rest_waits()
    {
        _ledger.Want(["a", "b", "c"]);
        Assert.Equal(2, _ledger.Take(2).Length);
        Assert.Single(_ledger.Take(2));
    }

    [Fact]
    public void A_refused_removal_is_left_alone_longer_each_time()
    {
        foreach (var seconds in new[] { 30, 60, 120 })
        {
            _ledger.Want("a");
            _ledger.Take(1);
            _ledger.Refuse(["a"], "read only", At(100));
            Assert.Equal(At(100 + seconds), _ledger.RetryOf("a"));
            Assert.Equal(("a", "read only"), Assert.Single(_ledger.Refused));
        }
        Observe([]);
        Assert.Equal((0, false), (_ledger.RefusedCount, _ledger.HasAny));
    }

    [Fact]
    public void A_refusal_of_what_was_not_sent_means_nothing()
    {
        _ledger.Refuse(["a"], "no", At(0));
        Assert.False(_ledger.HasAny);
    }

    [Theory]
    [InlineData("wanted", true)]
    [InlineData("sent", true)]
    [InlineData("present", true)]
    [InlineData("new", false)]
    public void What_may_be_there_is_replaced_and_is_not_removed_besides(string key, bool mayExist)
    {
        Observe(["present", "sent"]);
        _ledger.Want("sent");
        _ledger.Take(1);
        _ledger.Want("wanted");
        Assert.Equal(mayExist, _ledger.Replace([key]));
        Assert.False(_ledger.IsGoing(key));
    }

    [Fact]
    public void A_reading_that_may_lack_an_entry_proves_no_removal()
    {
        _ledger.Want("a");
        _ledger.Take(1);
        Observe([], isComplete: false);
        Assert.True(_ledger.HasAny);
        Observe([], isComplete: false, at: 599);
        Assert.True(_ledger.HasAny);
        Observe([], isComplete: false, at: 600);
        Assert.False(_ledger.HasAny);
    }

    [Fact]
    public void An_entry_of_somebody_else_is_never_taken()
    {
        _ledger.Want("a");
        _ledger.Observe([], new HashSet<string> { "a" }, isComplete: true, At(0));
        _ledger.Want("a");
        _ledger.WantAgain("a");
        Assert.Empty(_ledger.Take(1));
        Observe([]);
        _ledger.Want("a");
        Assert.Equal(["a"], _ledger.Take(1));
    }

    private void Observe(HashSet<string> present, bool isComplete = true, double at = 0) =>
        _ledger.Observe(present, new HashSet<string>(), isComplete, At(at));
}
