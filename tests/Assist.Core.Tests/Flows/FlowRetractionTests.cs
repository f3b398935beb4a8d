using Assist.Flows;
using Assist.Telemetry;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>A bypassed session that turns bad must not keep its way past the firewall.</summary>
public sealed class FlowRetractionTests : TableAndSwitch
{
    private static readonly FlowMatch s_session = Match();

    public static TheoryData<string, FlowMatch> Covering => new()
    {
        { "the session", s_session },
        { "its answers", s_session.Reversed() },
        { "the service", s_session with { SourcePort = 0 } },
        { "the two hosts", new FlowMatch { Source = s_session.Source, Destination = s_session.Destination } },
        { "the client", new FlowMatch { Source = s_session.Source } },
        { "the server as a source", new FlowMatch { Source = s_session.Destination } },
    };

    [Theory]
    [MemberData(nameof(Covering))]
    public void A_drop_takes_back_the_bypasses_it_covers(string what, FlowMatch match)
    {
        Installed(Bypass());
        Assert.Equal(Outcome.Drop, Table.Offer(Verdict(new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere)), At(1)));
        Assert.True(Table.Flows.All(flow => flow.Identity.Action == FlowAction.Drop), what);
        var changes = Table.TakeChanges(At(1))!.Changes;
        Assert.Equal([2, 1], [changes.Count(change => change.Change.Remove.Count > 0), changes.Count(change => change.Change.Install.Count > 0)]);
        Assert.True(changes[^1].Change.Install.Count > 0, "the bypass goes before the drop comes");
    }

    [Fact]
    public void A_drop_leaves_the_bypasses_of_other_sessions()
    {
        Installed(Bypass(host: 2));
        Table.Offer(Drop(host: 1), At(1));
        Assert.Equal(2, Table.Flows.Count);
    }

    [Fact]
    public void A_repeated_redirect_is_not_torn_down()
    {
        Installed(Redirect());
        Assert.Equal(Outcome.Refreshed, Table.Offer(Redirect(), At(100)));
        Assert.Null(Table.TakeChanges(At(100)));
    }
}
