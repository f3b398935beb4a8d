using Assist.Addresses;
using Assist.Eos;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Rules;
using Assist.Tests.Conformance;
using Assist.Tests.Eos;
using Assist.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Outputs;

public sealed class DirectFlowTargetTests : ServedSwitch, IDisposable
{
    private static readonly Topology s_wiring = new()
    {
        A = new Zone { Network = "Ethernet1", Firewall = "Ethernet2" },
        B = new Zone { Network = "Ethernet4", Firewall = "Ethernet5" },
    };

    private static readonly FlowPlanner s_planner = new(s_wiring);

    private EapiClient _eapi = null!;
    private DirectFlowTarget _target = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _eapi = new EapiClient(new EapiOptions { Socket = Path });
        _target = new DirectFlowTarget(_eapi, s_planner, NullLogger<DirectFlowTarget>.Instance);
        Assert.Null(Device.Run("enable", "configure", "directflow", "no shutdown").Error);
    }

    public void Dispose() => _eapi.Dispose();

    [Fact]
    public async Task What_is_installed_is_read_back_and_adopted()
    {
        Verdict[] verdicts = [Flow(1, FlowAction.Drop), Flow(2, FlowAction.Bypass), Flow(3, FlowAction.Redirect)];
        Assert.All(
            await ApplyAsync(verdicts.Select(Install)), result => Assert.Equal(ChangeStatus.Accepted, result.Status));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var installed = await _target.ReadAsync(CancellationToken.None);
        Assert.Equal((1 + 2 + 4, true), (installed.Entries.Count, installed.IsComplete));
        var table = new FlowTable(new TableOptions(), s_planner);
        Assert.Equal(
            verdicts.Select(verdict => verdict.Flow).ToHashSet(),
            table.Observed(installed, TimeSpan.Zero).Adopted.Select(record => record.Identity).ToHashSet());
    }

    [Fact]
    public async Task A_refused_flow_is_withdrawn_and_the_others_are_installed()
    {
        Change(o => o with { Fail = "match source ip 10.0.0.2" });
        var results = await ApplyAsync([
            Install(Flow(1, FlowAction.Drop)), Install(Flow(2, FlowAction.Bypass)), Install(Flow(3, FlowAction.Drop))]);
        Assert.Equal([ChangeStatus.Accepted, ChangeStatus.Rejected, ChangeStatus.Accepted],
            results.Select(result => result.Status));
        Assert.NotEmpty(results[1].Reason!);
        var names = (await _target.ReadAsync(CancellationToken.None)).Entries.Select(entry => entry.Key).ToList();
        Assert.Equal(2, names.Count);
        Assert.DoesNotContain(names, name => name.Contains("10-0-0-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_mode_itself_is_refused_nothing_was_sent()
    {
        Change(o => o with { Deny = "configure" });
        var fault = await Assert.ThrowsAsync<TargetException>(() => ApplyAsync([Install(Flow(1, FlowAction.Drop))]));
        Assert.True(fault.NothingApplied);
        Assert.Contains("'configure'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removing_what_is_not_there_is_no_fault()
    {
        var results = await ApplyAsync([new FlowChange { Remove = ["DROP_x"] }]);
        Assert.Equal(ChangeStatus.Accepted, Assert.Single(results).Status);
    }

    [Fact]
    public async Task A_full_switch_rejects_in_the_reading_and_not_in_the_answer()
    {
        Change(o => o with { Capacity = o.ReservedEntries + 1 });
        var results = await ApplyAsync([Install(Flow(1, FlowAction.Drop)), Install(Flow(2, FlowAction.Drop))]);
        Assert.All(results, result => Assert.Equal(ChangeStatus.Accepted, result.Status));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var entries = (await _target.ReadAsync(CancellationToken.None)).Entries;
        Assert.Equal([EntryStatus.Programmed, EntryStatus.Rejected], entries.Select(entry => entry.Status).Order());
    }

    [Fact]
    public async Task A_quick_read_is_one_request_and_never_whole()
    {
        Change(o => o with { Capacity = o.ReservedEntries + 1, JsonOmitsWaiting = true });
        var changes = new[] { Install(Flow(1, FlowAction.Drop)), Install(Flow(2, FlowAction.Drop)) };
        await ApplyAsync(changes);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var names = changes.SelectMany(change => change.Install).Select(entry => entry.Key).ToHashSet();
        var before = _eapi.Requests["ok"];
        var shown = await _target.ReadSomeAsync(names, CancellationToken.None);
        Assert.Equal(1, _eapi.Requests["ok"] - before);
        Assert.Equal((EntryStatus.Programmed, false), (Assert.Single(shown.Entries).Status, shown.IsComplete));
        Assert.Equal(2, (await _target.ReadAsync(CancellationToken.None)).Entries.Count);
    }

    [Fact]
    public async Task Warnings_and_string_results_are_still_success()
    {
        Change(o => o with { Warnings = true, Messages = true, StringResults = true });
        Assert.Equal(
            ChangeStatus.Accepted, Assert.Single(await ApplyAsync([Install(Flow(1, FlowAction.Drop))])).Status);
        Assert.Single((await _target.ReadAsync(CancellationToken.None)).Entries);
    }

    [Theory]
    [InlineData(OperatingMode.Shunt)]
    [InlineData(OperatingMode.Inline)]
    [InlineData(OperatingMode.Mirror)]
    [InlineData(OperatingMode.MirrorAndShunt)]
    public async Task Setup_run_twice_sends_nothing_the_second_time(OperatingMode mode)
    {
        var setup = new DirectFlowSetup(
            s_wiring with { Mode = mode, TapMirrored = ["Ethernet1"], TapToFirewall = ["Ethernet7"] },
            new HardeningOptions());
        var plan = await setup.PlanAsync(_eapi, _target, CancellationToken.None);
        Assert.NotEmpty(plan.Steps);
        foreach (var step in plan.Steps)
            Assert.Null((await _eapi.RunAsync(step.Commands, EapiFormat.Json, CancellationToken.None)).Error);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await setup.PlanAsync(_eapi, _target, CancellationToken.None);
        Assert.Empty(again.Steps);
        Assert.Empty(again.Findings);
    }

    [Theory]
    [InlineData("4.33.1F", true, null)]
    [InlineData("4.14.6M", true, null)]
    [InlineData("4.14.5F", true, "too old")]
    [InlineData("4.33.1F", false, "DirectFlow is off")]
    public async Task The_switch_says_whether_it_can_do_the_work(string version, bool isOn, string? fault)
    {
        Change(o => o with { EosVersion = version });
        if (!isOn) Device.Run("enable", "configure", "directflow", "shutdown");
        var facts = await EosFacts.ReadAsync(_eapi, CancellationToken.None);
        var found = (await DirectFlowFacts.ReadAsync(_eapi, CancellationToken.None)).FaultOn(facts);
        Assert.Equal((version, "emulated"), (facts.Version, facts.Hostname));
        if (fault is null) Assert.Null(found);
        else Assert.Contains(fault, found!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4.33.1F", true)]
    [InlineData("4.33", false)]
    [InlineData("", false)]
    [InlineData("4.x.1", false)]
    [InlineData("4.30.M", false)]
    public void A_version_has_three_numbers(string text, bool isVersion) =>
        Assert.Equal(isVersion, EosVersion.TryParse(text, out _));

    private static Verdict Flow(int host, FlowAction action)
    {
        var match = new FlowMatch
        {
            Source = IpAddr.V4(0x0a000000u + (uint)host),
            Destination = IpAddr.V4(0xcb007105),
            SourcePort = 50000,
            DestinationPort = 443,
            Protocol = IpProtocol.Tcp,
        };
        var placement = action switch
        {
            FlowAction.Drop => Placement.Anywhere,
            FlowAction.Bypass => Placement.BToA,
            _ => Placement.Either,
        };
        return new Verdict(new FlowIdentity(action, match, placement), new FlowTimeouts(600, 300), default, "r");
    }

    private static FlowChange Install(Verdict verdict) => new() { Install = s_planner.Plan(verdict) };

    private Task<IReadOnlyList<ChangeResult>> ApplyAsync(IEnumerable<FlowChange> changes) =>
        _target.ApplyAsync([.. changes], CancellationToken.None);
}
