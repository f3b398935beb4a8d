using Assist.Flows;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

public sealed class SendQueueTests
{
    private readonly FlowBudget _budget = new(new TableOptions { Capacity = 10 });
    private readonly FlowSet _flows;
    private readonly SendQueue _queue;

    public SendQueueTests()
    {
        _flows = new FlowSet(_budget);
        _queue = new SendQueue(_flows, _budget);
    }

    [Fact]
    public void Drops_go_first_and_each_kind_in_its_order()
    {
        FlowRecord[] added = [Added(Bypass(1)), Added(Drop(2)), Added(Bypass(3)), Added(Drop(4))];
        Assert.Equal([added[1], added[3], added[0], added[2]], Enumerable.Range(0, 4).Select(_ => _queue.Take()!));
        Assert.Null(_queue.Take());
    }

    [Fact]
    public void What_has_left_the_table_meanwhile_is_not_sent()
    {
        var gone = Added(Drop(1));
        var stays = Added(Drop(2));
        _flows.Remove(gone);
        Assert.Equal(1, _queue.Waiting);
        Assert.Same(stays, _queue.Take());
    }

    [Fact]
    public void What_was_not_sent_waits_ahead_of_what_has_come_since()
    {
        var first = Added(Drop(1));
        _queue.Take();
        _queue.Sent(first);
        var second = Added(Drop(2));
        _queue.PutBack([first]);
        Assert.Empty(_queue.Pending);
        Assert.Equal([first, second], [_queue.Take()!, _queue.Take()!]);
    }

    [Fact]
    public void Flows_that_come_and_go_do_not_make_the_queue_grow()
    {
        for (var host = 0; host < 1000; host++) _flows.Remove(Added(Drop(host)));
        Added(Drop(1001));
        Assert.Equal(1, _queue.Waiting);
    }

    private FlowRecord Added(Verdict verdict)
    {
        var record = new FlowRecord(verdict, Planner.Plan(verdict), 0, At(0));
        _flows.Add(record);
        _queue.Add(record);
        return record;
    }
}
