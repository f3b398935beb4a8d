using Assist.Addresses;
using Assist.Outputs.OnSwitch;

namespace Assist.Tests.Outputs.OnSwitch;

/// <summary>What is planned for a switch that looks so, line by line.</summary>
public sealed class OnSwitchSetupTests
{
    private const string Configuration = "/persist/sys/extensions/assist/assist.yaml";
    private const string Exec = $"exec /usr/bin/assist --config {Configuration} run";

    private const string Default = """
        IP Access List default-control-plane-acl [readonly]
                counters per-entry
                10 permit icmp any any
                20 permit ip any any tracked [match 482 packets, 0:35:48 ago]
                80 permit tcp any any eq ssh telnet www
                100 permit udp any any eq mlag ttl eq 255
                170 permit tcp any any range 50000 50100
        """;

    private const string Api = """
        management api http-commands
           protocol unix-socket
           no shutdown
        !

        """;

    private const string Daemon = $"""
        daemon assist
           {Exec}
           no shutdown
        !

        """;

    private const string Copy = """
        ip access-list assist-control-plane
           counters per-entry
           10 permit icmp any any
           20 permit ip any any tracked
           30 permit tcp any any eq ssh telnet www
           40 permit udp any any eq mlag ttl eq 255
           50 permit tcp any any range 50000 50100
           60 permit udp host 192.0.2.10 any eq 9514
        !

        """;

    private const string Applied = """
        system control-plane
           ip access-group assist-control-plane in
        !

        """;

    private static readonly OpenPort s_udp = Port(isUdp: true, "192.0.2.10", 9514);

    [Fact]
    public void A_switch_that_has_nothing_gets_everything_and_the_way_back()
    {
        var plan = Plan("", s_udp);

        Assert.Empty(plan.ByHand);
        Assert.Equal(
            [
                "enable", "configure", "management api http-commands", "protocol unix-socket", "no shutdown", "end",
                "enable", "configure", "ip access-list assist-control-plane", "counters per-entry",
                "permit icmp any any", "permit ip any any tracked", "permit tcp any any eq ssh telnet www",
                "permit udp any any eq mlag ttl eq 255", "permit tcp any any range 50000 50100",
                "permit udp host 192.0.2.10 any eq 9514", "end",
                "enable", "configure", "system control-plane", "ip access-group assist-control-plane in", "end",
                "enable", "configure", "daemon assist", Exec, "no shutdown", "end",
            ],
            Lines(plan));
        Assert.Equal(
            [
                "no daemon assist", "system control-plane", "no ip access-group assist-control-plane in",
                "no ip access-list assist-control-plane", "management api http-commands", "no protocol unix-socket",
                "shutdown",
            ],
            plan.Undo);
    }

    [Fact]
    public void A_switch_that_has_everything_gets_nothing() =>
        Assert.True(Plan(Api + Copy + Applied + Daemon, s_udp).IsDone);

    [Fact]
    public void Another_listener_is_added_behind_the_lines_that_are_there()
    {
        var plan = Plan(Api + Copy + Applied + Daemon, s_udp, Port(isUdp: false, "198.51.100.0/24", 6514));

        Assert.Equal(
            ["enable", "configure", "ip access-list assist-control-plane", "permit tcp 198.51.100.0/24 any eq 6514",
                "end"],
            Lines(plan));
    }

    [Fact]
    public void A_copy_that_was_begun_and_never_applied_is_begun_anew()
    {
        var plan = Plan(Api + Daemon + """
            ip access-list assist-control-plane
               10 permit tcp any any eq ssh telnet www
            !

            """, s_udp);

        Assert.Equal(
            ["enable", "configure", "no ip access-list assist-control-plane", "ip access-list assist-control-plane",
                "counters per-entry", "permit icmp any any"],
            Lines(plan).Take(6));
    }

    [Fact]
    public void Ports_that_EOS_lets_in_anyway_need_no_list() =>
        Assert.True(Plan(Api + Daemon, Port(isUdp: false, "192.0.2.10", 50001)).IsDone);

    [Theory]
    [InlineData("   10 permit udp host 192.0.2.10 any eq 9514\n", true)]
    [InlineData("   10 permit udp 192.0.2.0/24 any eq 9514\n", true)]
    [InlineData("   10 permit ip any any\n", true)]
    [InlineData("   10 permit udp any any range 9000 9999\n", true)]
    [InlineData("   10 permit udp any any eq 514 9514\n", true)]
    [InlineData("   10 permit tcp host 192.0.2.10 any eq 9514\n", false)]
    [InlineData("   10 permit udp host 192.0.2.11 any eq 9514\n", false)]
    [InlineData("   10 permit udp host 192.0.2.10 any eq 9514 ttl eq 255\n", false)]
    [InlineData("   10 permit ip any any tracked\n", false)]
    [InlineData("   10 permit udp any host 192.0.2.1 eq 9514\n", false)]
    [InlineData("   10 deny udp any any\n   20 permit ip any any\n", false)]
    [InlineData("", false)]
    public void A_list_of_somebody_else_is_read_and_never_written(string lines, bool isEnough)
    {
        var plan = Plan($"{Api}{Daemon}ip access-list MINE\n{lines}!\nsystem control-plane\n"
            + "   ip access-group MINE in\n!\n", s_udp);

        Assert.Empty(plan.Steps);
        Assert.Equal(isEnough, plan.IsDone);
        if (!isEnough)
            Assert.Contains("'permit udp host 192.0.2.10 any eq 9514'", Assert.Single(plan.ByHand),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_behind_one_that_denies_is_left_to_the_operator()
    {
        var denies = Copy.Replace(
            "   60 permit udp", "   55 deny ip any any\n   60 permit udp", StringComparison.Ordinal);

        var plan = Plan(Api + denies + Applied + Daemon, s_udp);

        Assert.Empty(plan.Steps);
        Assert.Contains("before what denies it", Assert.Single(plan.ByHand), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("IP Access List default-control-plane-acl [readonly]\n")]
    [InlineData("        10 permit tcp any any eq ssh\n        20 permit tcp any any eq 22;reload\n")]
    public void A_default_list_that_is_not_understood_is_not_copied(string shown)
    {
        var plan = new OnSwitchSetup(Options(s_udp)).Plan(Api + Daemon, shown);

        Assert.Empty(plan.Steps);
        Assert.Single(plan.ByHand);
    }

    [Fact]
    public void In_a_VRF_the_daemon_and_the_list_are_the_VRFs()
    {
        var options = Options(s_udp) with { Vrf = "MGMT" };

        var plan = new OnSwitchSetup(options).Plan("vrf instance MGMT\n!\n" + Api + Copy + Applied, Default);

        Assert.Equal(
            [
                "enable", "configure", "system control-plane", "ip access-group assist-control-plane vrf MGMT in",
                "end",
                "enable", "configure", "daemon assist",
                $"exec /usr/sbin/ip netns exec ns-MGMT /usr/bin/assist --config {Configuration} run", "no shutdown",
                "end",
                // No logs arrive there any more.
                "enable", "configure", "system control-plane", "no ip access-group assist-control-plane in", "end",
            ],
            Lines(plan));
        Assert.Equal(
            ["system control-plane", "ip access-group assist-control-plane in", "no daemon assist"],
            plan.Undo.Take(3));
    }

    [Fact]
    public void Back_in_the_default_VRF_the_way_in_of_the_other_one_is_closed()
    {
        var plan = Plan(Api + Copy + Daemon + """
            system control-plane
               ip access-group assist-control-plane in
               ip access-group assist-control-plane vrf MGMT in
               ip access-group MINE vrf BLUE in
            !

            """, s_udp);

        Assert.Equal(
            ["enable", "configure", "system control-plane", "no ip access-group assist-control-plane vrf MGMT in",
                "end"],
            Lines(plan));
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("assist6", "   10 permit tcp any any eq ssh\n", false)]
    [InlineData("assist6", "   10 permit tcp host 2001:db8::10 any eq 6514\n", true)]
    [InlineData("assist6", "   10 permit tcp 2001:db8::/32 any eq 6514\n", true)]
    [InlineData("assist6", "   10 permit tcp any any eq 6514\n", true)]
    [InlineData("assist6", "   10 permit tcp host 2001:db8::11 any eq 6514\n", false)]
    public void A_sender_of_IPv6_is_let_in_by_hand(string list, string lines, bool isEnough)
    {
        var applied = list.Length == 0 ? ""
            : $"ipv6 access-list {list}\n{lines}!\nsystem control-plane\n   ipv6 access-group {list} in\n!\n";

        var plan = Plan(Api + Daemon + applied, Port(isUdp: false, "2001:db8::10", 6514));

        Assert.Empty(plan.Steps);
        Assert.Equal(isEnough, plan.IsDone);
        if (!isEnough)
            Assert.Contains("'permit tcp host 2001:db8::10 any eq 6514'", Assert.Single(plan.ByHand),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_VRF_that_is_not_there_is_told_and_nothing_is_planned()
    {
        var plan = new OnSwitchSetup(Options(s_udp) with { Vrf = "MGMT" }).Plan("", Default);

        Assert.Empty(plan.Steps);
        Assert.Contains("no VRF MGMT", Assert.Single(plan.ByHand), StringComparison.Ordinal);
    }

    [Fact]
    public void The_event_handler_takes_the_place_of_the_daemon()
    {
        var options = Options(s_udp) with { IsByEventHandler = true };

        var plan = new OnSwitchSetup(options).Plan(Api + Copy + Applied + Daemon, Default);

        Assert.Equal(
            [
                "enable", "configure", "no daemon assist", "end",
                "enable", "configure", "event-handler assist", "trigger on-boot",
                $"action bash /usr/bin/assist --config {Configuration} setup-start", "asynchronous", "end",
            ],
            Lines(plan));
        Assert.Equal(["no event-handler assist", "daemon assist", Exec, "no shutdown"], plan.Undo);
    }

    [Fact]
    public void A_log_that_the_configuration_does_not_set_is_set_in_the_line()
    {
        var options = Options(s_udp) with { IsByEventHandler = true, LogFile = "/var/log/assist.log" };

        var plan = new OnSwitchSetup(options).Plan(Api + Copy + Applied, Default);

        Assert.Contains(
            $"action bash /usr/bin/assist --config {Configuration} --set log.file=/var/log/assist.log setup-start",
            Lines(plan));
    }

    [Fact]
    public void A_daemon_with_another_line_ends_before_it_gets_the_new_one()
    {
        var other = Daemon.Replace("/usr/bin/assist", "/mnt/flash/assist", StringComparison.Ordinal);

        Assert.Equal(
            ["enable", "configure", "daemon assist", "shutdown", Exec, "no shutdown", "end"],
            Lines(Plan(Api + Copy + Applied + other, s_udp)));
    }

    [Theory]
    [InlineData("MGMT", true)]
    [InlineData("a-1_b", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("-x", false)]
    [InlineData("MGMT;reboot", false)]
    [InlineData("MGMT\nreload", false)]
    public void Only_a_plain_name_of_a_VRF_reaches_a_command(string name, bool isPlain) =>
        Assert.Equal(isPlain, OnSwitchOptions.IsVrf(name));

    [Theory]
    [InlineData("/mnt/flash/assist/assist.yaml", true)]
    [InlineData("mnt/flash", false)]
    [InlineData("/mnt/flash/my file", false)]
    [InlineData("/mnt/flash/$(reboot)", false)]
    public void Only_a_plain_path_reaches_a_command(string path, bool isPlain) =>
        Assert.Equal(isPlain, OnSwitchOptions.IsPath(path));

    private static OnSwitchPlan Plan(string running, params OpenPort[] ports) =>
        new OnSwitchSetup(Options(ports)).Plan(running, Default);

    private static OnSwitchOptions Options(params OpenPort[] ports) =>
        new() { Configuration = Configuration, Ports = ports };

    private static OpenPort Port(bool isUdp, string source, int port)
    {
        Assert.True(IpPrefix.TryParse(source, out var prefix));
        return new OpenPort(isUdp, prefix, port);
    }

    private static IEnumerable<string> Lines(OnSwitchPlan plan) =>
        plan.Steps.SelectMany(step => step.Commands).Select(command => command.Text);
}
