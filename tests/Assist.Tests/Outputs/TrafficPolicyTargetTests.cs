using Assist.Addresses;
using Assist.Eos;
using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.Eapi;
using Assist.Outputs.TrafficPolicy;
using Assist.Tests.Eos;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Outputs;

/// <summary>The target against a switch that shares no code with it; what counts is what becomes of packets.</summary>
public sealed class TrafficPolicyTargetTests : ServedSwitch, IDisposable
{
    private static readonly TrafficPolicyOptions s_options = new() { Interfaces = ["Ethernet1"] };
    private static readonly PolicyPlanner s_planner = new(s_options);

    private EapiClient _eapi = null!;
    private TrafficPolicyTarget _target = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _eapi = new EapiClient(new EapiOptions { Socket = Path });
        _target = NewTarget(s_options);
        await SetUpAsync(s_options);
    }

    public void Dispose() => _eapi.Dispose();

    [Fact]
    public async Task Sources_are_members_of_one_set_and_their_packets_are_dropped()
    {
        await AcceptedAsync(
            Install(Source("203.0.113.7")), Install(Source("198.51.100.9")), Install(Source("2001:db8::7")));
        Assert.Equal(1, Device.Commits - SetupCommits);
        Assert.Contains("      192.0.2.255/32 198.51.100.9/32 203.0.113.7/32\n", Running(), StringComparison.Ordinal);
        Assert.True(IsDropped("203.0.113.7") && IsDropped("198.51.100.9") && IsDropped("2001:db8::7", "2001:db8::1"));
        Assert.False(IsDropped("203.0.113.8") || IsDropped("192.0.2.1", "203.0.113.7"));
    }

    [Fact]
    public async Task A_pair_with_a_port_is_a_rule_of_its_own()
    {
        await AcceptedAsync(Install(Pair("203.0.113.7", 443)), Install(Pair("203.0.113.7", 22)));
        Assert.True(IsDropped("203.0.113.7", port: 443) && IsDropped("203.0.113.7", port: 22));
        Assert.False(IsDropped("203.0.113.7", port: 80));
        await AcceptedAsync(Remove(Pair("203.0.113.7", 443)));
        Assert.True(IsDropped("203.0.113.7", port: 22));
        Assert.False(IsDropped("203.0.113.7", port: 443));
    }

    [Theory]
    [InlineData(PrefixRemovalForm.No)]
    [InlineData(PrefixRemovalForm.Remove)]
    [InlineData(PrefixRemovalForm.Neither)]
    public async Task What_ends_lets_packets_through_whatever_form_takes_it_out(PrefixRemovalForm form)
    {
        Change(o => o with { PrefixRemoval = form });
        await AcceptedAsync(Install(Source("203.0.113.7")), Install(Source("198.51.100.9")));
        await AcceptedAsync(Remove(Source("203.0.113.7")));
        Assert.Equal((false, true), (IsDropped("203.0.113.7"), IsDropped("198.51.100.9")));
        await AcceptedAsync(Remove(Source("198.51.100.9")));
        Assert.False(IsDropped("198.51.100.9"));
        Assert.DoesNotContain("UNTIL", Running(), StringComparison.Ordinal);
        Assert.Contains("      192.0.2.255/32\n", Running(), StringComparison.Ordinal);
        Assert.Empty(Sessions());
    }

    [Fact]
    public async Task What_is_installed_is_read_back_and_adopted_with_the_time_it_has_left()
    {
        await AcceptedAsync(Install(Source("203.0.113.7")), Install(Pair("203.0.113.7", 443)));
        Clock.Advance(TimeSpan.FromMinutes(3));
        var table = new FlowTable(new TableOptions(), s_planner);
        var shown = await NewTarget(s_options).ReadAsync(CancellationToken.None);
        var adopted = table.Observed(shown, TimeSpan.Zero).Adopted
            .ToDictionary(record => record.Identity.Match.DestinationPort);
        Assert.Equal(TimeSpan.FromMinutes(7), adopted[443].ExpiresAt);
        // The end of a member is kept by the minute.
        Assert.InRange(adopted[0].ExpiresAt, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(8));
        Assert.Null(table.TakeChanges(TimeSpan.Zero));
    }

    [Fact]
    public async Task What_ended_while_nobody_was_there_is_removed_first()
    {
        await AcceptedAsync(Install(Source("203.0.113.7")), Install(Pair("203.0.113.7", 443)));
        Clock.Advance(TimeSpan.FromMinutes(12));
        var table = new FlowTable(new TableOptions { SwitchEndsEntries = false }, s_planner);
        Assert.Empty(table.Observed(await _target.ReadAsync(CancellationToken.None), TimeSpan.Zero).Adopted);
        var removals = table.TakeChanges(TimeSpan.Zero)!;
        await AcceptedAsync([.. removals.Changes.Select(planned => planned.Change)]);
        Assert.False(IsDropped("203.0.113.7") || IsDropped("203.0.113.7", port: 443));
    }

    [Fact]
    public async Task A_refused_line_refuses_its_change_and_the_others_are_installed()
    {
        Change(o => o with { Fail = "source prefix 203.0.113.2" });
        var results = await ApplyAsync(
            Install(Pair("203.0.113.1", 1)), Install(Pair("203.0.113.2", 1)), Install(Pair("203.0.113.3", 1)));
        Assert.Equal([ChangeStatus.Accepted, ChangeStatus.Rejected, ChangeStatus.Accepted],
            results.Select(result => result.Status));
        Assert.Equal((true, false, true),
            (IsDropped("203.0.113.1", port: 1), IsDropped("203.0.113.2", port: 1), IsDropped("203.0.113.3", port: 1)));
        Assert.Empty(Sessions());
    }

    [Fact]
    public async Task What_leaves_the_policy_unapplied_is_taken_back_and_the_rest_stays()
    {
        await AcceptedAsync(Install(Source("203.0.113.7")));
        Change(o => o with { UnappliedRule = "203-0-113-2" });
        var results = await ApplyAsync(
            Install(Pair("203.0.113.1", 1)), Install(Pair("203.0.113.2", 1)), Install(Pair("203.0.113.3", 1)));
        Assert.Equal([false, true, false], results.Select(result => result.LacksRoom));
        Assert.True(IsDropped("203.0.113.7") && IsDropped("203.0.113.1", port: 1) && IsDropped("203.0.113.3", port: 1));
        Assert.DoesNotContain("203.0.113.2", Running(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_switch_takes_back_a_few_times_and_refuses_the_rest()
    {
        await AcceptedAsync(Install(Source("203.0.113.7")));
        Change(o => o with { PolicyRules = 4 + 2 });
        var commits = Device.Commits;
        var results = await ApplyAsync([.. Enumerable.Range(1, 64).Select(i => Install(Pair("203.0.113.1", i)))]);
        Assert.Equal(2, results.Count(result => result.Status == ChangeStatus.Accepted));
        Assert.InRange(Device.Commits - commits, 1, 30);
        Assert.True(IsDropped("203.0.113.7"));
    }

    [Fact]
    public async Task A_commit_that_meets_another_writer_is_read_anew_and_tried_again()
    {
        Change(o => o with { CommitConflictRate = 0.5, Seed = 3 });
        await AcceptedAsync(Install(Source("203.0.113.7")));
        Assert.True(IsDropped("203.0.113.7"));
        Change(o => o with { CommitConflictRate = 1 });
        var fault = await Assert.ThrowsAsync<TargetException>(() => ApplyAsync(Install(Source("203.0.113.8"))));
        Assert.True(fault.NothingApplied);
        Assert.Empty(Sessions());
        Assert.False(IsDropped("203.0.113.8"));
    }

    [Fact]
    public async Task Sessions_of_a_run_that_was_killed_give_way_and_those_of_others_stay()
    {
        for (var i = 0; i < 4; i++) Device.Run("enable", $"configure session assist-1-{i}");
        Device.Run("enable", "configure session theirs");
        await AcceptedAsync(Install(Source("203.0.113.7")));
        Assert.Equal(["theirs"], Sessions());
    }

    [Fact]
    public async Task What_others_have_is_left_byte_for_byte()
    {
        string[] theirs =
        [
            "enable", "configure", "traffic-policies", "field-set ipv4 prefix ASSIST-SRC",
            "10.0.0.0/8 198.51.100.77/32",
            "exit", "field-set ipv4 prefix Names", "10.1.0.6/32", "exit", "traffic-policy office", "match r ipv4",
            "source prefix field-set Names", "actions", "count", "exit", "exit", "exit", "traffic-policy ASSIST",
            "match by-hand ipv4", "source prefix 172.16.0.0/12", "actions", "drop",
        ];
        Assert.Null(Device.Run(theirs).Error);
        var before = Running();
        foreach (var form in Enum.GetValues<PrefixRemovalForm>())
        {
            Change(o => o with { PrefixRemoval = form });
            await AcceptedAsync(Install(Source("203.0.113.7")), Install(Pair("203.0.113.7", 443)));
            Assert.NotEqual(before, Running());
            await AcceptedAsync(Remove(Source("203.0.113.7")), Remove(Pair("203.0.113.7", 443)),
                Remove(Source("198.51.100.77")));
            Assert.Equal(before, Running());
        }
    }

    [Fact]
    public async Task In_the_policy_of_somebody_else_only_field_sets_are_written()
    {
        var options = new TrafficPolicyOptions { Name = "SHARED", Into = "office" };
        string[] theirs =
        [
            "enable", "configure", "traffic-policies", "traffic-policy office", "match bad ipv4",
            "source prefix field-set SHARED-SRC", "actions", "drop", "exit", "exit", "exit", "exit",
            "interface Ethernet2", "traffic-policy input office",
        ];
        Assert.Null(Device.Run(theirs).Error);
        await SetUpAsync(options);
        var target = NewTarget(options);
        var results = await target.ApplyAsync(
            [Install(Source("203.0.113.7")), Install(Pair("203.0.113.7", 443))], CancellationToken.None);
        Assert.Equal([ChangeStatus.Accepted, ChangeStatus.Rejected], results.Select(result => result.Status));
        Assert.True(Device.Forward(Packet.Tcp("Ethernet2", "203.0.113.7", 1, "192.0.2.1", 2)).IsDropped);
        Assert.Equal(
            EntryStatus.Programmed, Assert.Single((await target.ReadAsync(CancellationToken.None)).Entries).Status);

        Device.Run("enable", "configure", "traffic-policies", "field-set ipv4 prefix SHARED-SRC", "198.51.100.0/24");
        foreach (var step in (await new PolicySetup(options).PlanRemovalAsync(_eapi, CancellationToken.None)).Steps)
            Assert.Null((await _eapi.RunAsync(step.Commands, EapiFormat.Json, CancellationToken.None)).Error);
        Assert.Contains(
            "field-set ipv4 prefix SHARED-SRC\n      192.0.2.255/32 198.51.100.0/24\n", Running(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("SHARED-SRC-UNTIL", Running(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_policy_nothing_is_written_and_setup_is_named()
    {
        foreach (var step in (await new PolicySetup(s_options).PlanRemovalAsync(_eapi, CancellationToken.None)).Steps)
            Assert.Null((await _eapi.RunAsync(step.Commands, EapiFormat.Json, CancellationToken.None)).Error);
        Assert.DoesNotContain("ASSIST", Running(), StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<TargetException>(() => ApplyAsync(Install(Source("203.0.113.7"))));
        Assert.Contains("`assist setup`", fault.Message, StringComparison.Ordinal);
        var told = await PolicyFacts.FaultAsync(_eapi, s_options, CancellationToken.None);
        Assert.Contains("`assist setup`", told!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drops_that_were_saved_come_back_with_a_reload_and_are_counted()
    {
        Assert.Equal(0, await PolicyFacts.SavedDropsAsync(_eapi, s_options, CancellationToken.None));
        await AcceptedAsync(Install(Source("203.0.113.7")), Install(Pair("203.0.113.7", 443)));
        Device.Run("enable", "write memory");
        Assert.Equal(2, await PolicyFacts.SavedDropsAsync(_eapi, s_options, CancellationToken.None));
        await AcceptedAsync(Remove(Source("203.0.113.7")), Remove(Pair("203.0.113.7", 443)));
        Device.Reload();
        Assert.True(IsDropped("203.0.113.7"));
    }

    [Theory]
    [InlineData(PrefixRemovalForm.No, "`no PREFIX`")]
    [InlineData(PrefixRemovalForm.Remove, "`remove PREFIX`")]
    [InlineData(PrefixRemovalForm.Neither, "entered anew")]
    public async Task The_switch_is_asked_for_its_grammar_and_nothing_of_it_stays(PrefixRemovalForm form, string found)
    {
        Change(o => o with { PrefixRemoval = form });
        var (before, commits) = (Running(), Device.Commits);
        var answers = await PolicyProbe.AskAsync(_eapi, CancellationToken.None);
        Assert.Contains(found, answers[0], StringComparison.Ordinal);
        Assert.Equal(
            ["names of rules may have 90 characters", "a new rule comes behind those that are there"], answers.Skip(1));
        Assert.Equal((before, commits, 0), (Running(), Device.Commits, Sessions().Count));
    }

    [Fact]
    public async Task Setup_run_twice_sends_nothing_the_second_time()
    {
        Assert.True((await new PolicySetup(s_options).PlanAsync(_eapi, CancellationToken.None)).IsEmpty);
        Assert.Null(await PolicyFacts.FaultAsync(_eapi, s_options, CancellationToken.None));
    }

    [Fact]
    public async Task Setup_takes_no_interface_from_another_policy()
    {
        Device.Run("enable", "configure", "traffic-policies", "traffic-policy office", "exit", "exit",
            "interface Ethernet3", "traffic-policy input office");
        var before = Running();
        var plan = await new PolicySetup(s_options with { Interfaces = ["Ethernet1", "Ethernet3"] })
            .PlanAsync(_eapi, CancellationToken.None);
        Assert.Contains("Ethernet3 has traffic policy office", plan.Refusal!, StringComparison.Ordinal);
        Assert.Empty(plan.Steps);
        Assert.Equal(before, Running());
    }

    [Fact]
    public async Task A_thousand_sources_are_one_set_and_at_most_twenty_commits()
    {
        var table = new FlowTable(
            new TableOptions { Capacity = 2000, SwitchEndsEntries = false, Drops = DropLimits.None },
            s_planner);
        table.Observed(await _target.ReadAsync(CancellationToken.None), TimeSpan.Zero);
        for (var i = 0; i < 1000; i++)
            Assert.Equal(Outcome.Drop, table.Offer(Source($"203.0.{i / 250}.{i % 250 + 1}"), TimeSpan.FromHours(i)));
        var commits = Device.Commits;
        while (table.TakeChanges(TimeSpan.FromHours(1000)) is { } set)
            table.Applied(set, await _target.ApplyAsync(
                [.. set.Changes.Select(planned => planned.Change)], CancellationToken.None), TimeSpan.FromHours(1000));
        Assert.InRange(Device.Commits - commits, 1, 20);
        Assert.True(IsDropped("203.0.0.1") && IsDropped("203.0.3.250"));
    }

    private int SetupCommits { get; set; }

    private TrafficPolicyTarget NewTarget(TrafficPolicyOptions options) =>
        new(_eapi, new PolicyPlanner(options), options, Clock, NullLogger<TrafficPolicyTarget>.Instance);

    private async Task SetUpAsync(TrafficPolicyOptions options)
    {
        foreach (var step in (await new PolicySetup(options).PlanAsync(_eapi, CancellationToken.None)).Steps)
            Assert.Null((await _eapi.RunAsync(step.Commands, EapiFormat.Json, CancellationToken.None)).Error);
        SetupCommits = Device.Commits;
    }

    private bool IsDropped(string source, string destination = "198.51.100.200", int port = 2) =>
        Device.Forward(Packet.Tcp("Ethernet1", source, 1, destination, port)).IsDropped;

    private string Running() => Device.Run(new RunCmds(["enable", "show running-config section traffic-policies"])
    {
        Text = true,
    })[1]["output"]!.ToString();

    private List<string> Sessions() =>
    [
        .. Device.Run(new RunCmds(["enable", "show configuration sessions"]) { Text = true })[1]["output"]!.ToString()
            .Split('\n').Where(line => line.Contains("pending", StringComparison.Ordinal) && !line.Contains(':'))
            .Select(line => line.Trim().Split(' ')[0]),
    ];

    private Task<IReadOnlyList<ChangeResult>> ApplyAsync(params FlowChange[] changes) =>
        _target.ApplyAsync(changes, CancellationToken.None);

    private async Task AcceptedAsync(params FlowChange[] changes) => Assert.All(
        await ApplyAsync(changes),
        result => Assert.Equal((ChangeStatus.Accepted, null), (result.Status, result.Reason)));

    private static FlowChange Install(Verdict verdict) => new() { Install = s_planner.Plan(verdict) };

    private static FlowChange Remove(Verdict verdict) => new() { Remove = [s_planner.NameOf(verdict.Flow)] };

    private static Verdict Source(string source) => Drop(new FlowMatch { Source = Address(source) });

    private static Verdict Pair(string source, int port) => Drop(new FlowMatch
    {
        Source = Address(source),
        Destination = Address("198.51.100.200"),
        Protocol = IpProtocol.Tcp,
        DestinationPort = (ushort)port,
    });

    private static Verdict Drop(FlowMatch match) => new(
        new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere), new FlowTimeouts(600, 0), default, "denied");

    private static IpAddr Address(string text) => IpAddr.TryParse(text, out var address) ? address : default;
}
