using System.Net.Sockets;
using System.Text;
using Assist.Addresses;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;
using Assist.Tests.Flows;
using Assist.Tests.Inputs.Formats.PanOs;
using Assist.Tests.Inputs.Syslog;

namespace Assist.Tests.Pipeline;

/// <summary>A pipeline that is replaced while logs come in over real sockets.</summary>
public sealed class ReplacementTests : IDisposable
{
    private const int Swaps = 30;
    private const int MessagesBetween = 100;

    // One protects the sources with an even number from the rule "odd", the other those with an odd one from "even".
    private static readonly DecisionPipeline s_ignore = Pipeline(new PanOsFormat(), "ignore", RuleAction.Ignore);
    private static readonly DecisionPipeline s_odd =
        Pipeline(new PanOsFormat(), "odd", RuleAction.Drop, Sources(isOdd: false));
    private static readonly DecisionPipeline s_even =
        Pipeline(new AutoFormat(), "even", RuleAction.Drop, Sources(isOdd: true));

    private readonly Counters _counters = new();
    private readonly VerdictInbox _inbox = new();
    private readonly List<Verdict> _verdicts = [];
    private readonly FlowTable _table = new(new TableOptions(), Given.Planner);
    private readonly MessageIntake _intake;
    private readonly SyslogReceiver _receiver;
    private long _sent;
    private volatile bool _isOver;

    public ReplacementTests()
    {
        _intake = new MessageIntake(s_ignore, _inbox, _counters, TimeProvider.System);
        _receiver = new SyslogReceiver(
            [RunningReceiver.On(Transport.Tcp, "127.0.0.1"), RunningReceiver.On(Transport.Udp, "127.0.0.1")],
            RunningReceiver.Options, _intake.HandlerFor, _counters, new LogLines(), TimeProvider.System);
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _inbox.Dispose();
    }

    [Fact]
    public async Task Each_message_is_judged_wholly_by_one_pipeline_and_none_is_lost()
    {
        _receiver.Start();
        var owner = Task.Run(TakeAll);
        Task[] senders =
        [
            Task.Run(() => Send(0, SocketType.Stream)), Task.Run(() => Send(1, SocketType.Stream)),
            Task.Run(() => Send(2, SocketType.Dgram)),
        ];
        for (var swap = 1; swap <= Swaps; swap++)
        {
            var due = _counters.ReceivedTotal + MessagesBetween;
            await Await.Until(() => _counters.ReceivedTotal >= due, "messages come in");
            _intake.Replace((swap % 3) switch { 0 => s_ignore, 1 => s_odd, _ => s_even });
        }
        _isOver = true;
        await Task.WhenAll(senders);
        await Await.Until(
            () => _counters.ReceivedOf(Transport.Tcp) == Interlocked.Read(ref _sent), "all of TCP was received");
        _receiver.Stop(TimeSpan.FromSeconds(20));
        await owner;

        Assert.Equal(_counters.ReceivedTotal, Enum.GetValues<Outcome>().Sum(_counters.Total));
        Assert.True(_counters.Total(Outcome.Ignored) > 0);
        Assert.True(_counters.Total(Outcome.Protected) > 0);
        Assert.Equal(0, _counters.Total(Outcome.Malformed) + _counters.Total(Outcome.NoRule));
        Assert.Equal(["even", "odd"], _verdicts.Select(verdict => verdict.Rule).Distinct().Order());
        Assert.DoesNotContain(
            _verdicts, verdict => (verdict.Rule == "odd") != ((verdict.Flow.Match.Source.Value & 1) == 1));
    }

    [Fact]
    public void A_repeat_is_judged_again_after_a_replacement()
    {
        var handle = _intake.HandlerFor(Transport.Udp);
        var message = Encoding.ASCII.GetBytes(Line(1));
        _intake.Replace(s_odd);
        for (var i = 0; i < 2; i++) handle(message, default);
        Assert.Equal((1, 1), (_inbox.Length, (int)_counters.Total(Outcome.Duplicate)));
        _intake.Replace(s_ignore);
        handle(message, default);
        _intake.Replace(s_odd);
        handle(message, default);
        Assert.Equal((2, 1), (_inbox.Length, (int)_counters.Total(Outcome.Ignored)));
    }

    private static DecisionPipeline Pipeline(
        IMessageFormat format, string rule, RuleAction action, params IpPrefix[] neverDrop)
    {
        var options = new DecisionOptions
        {
            MaxMessageAge = TimeSpan.Zero,
            Rules = [new() { Name = rule, Action = action, When = [new("Action", ["^deny$"])] }],
        };
        return new DecisionPipeline(format, options, Given.Protecting(neverDrop), TimeSpan.FromMinutes(1));
    }

    // The senders use these sources only.
    private static IpPrefix[] Sources(bool isOdd) =>
    [
        .. Enumerable.Range(0, 64).Where(host => host % 2 == 1 == isOdd).Select(host => new IpPrefix(Source(host), 32)),
    ];

    private static IpAddr Source(int host) => IpAddr.V4(0x0a000000u + (uint)host);

    private static string Line(int number)
    {
        var line = PanOsLine.Traffic();
        (line[4], line[30]) = ("deny", "deny");
        (line[7], line[24]) = (Source(number % 64).ToString(), $"{number % 65_000 + 1}");
        return line.ToString();
    }

    private void Send(int sender, SocketType type)
    {
        var isStream = type == SocketType.Stream;
        var to = _receiver.BoundEndpoints[isStream ? 0 : 1].EndPoint;
        using var socket = new Socket(AddressFamily.InterNetwork, type, isStream ? ProtocolType.Tcp : ProtocolType.Udp);
        socket.Connect(to);
        for (var i = 0; !_isOver; i++)
        {
            var line = Line(i * 3 + sender);
            socket.Send(Encoding.ASCII.GetBytes(isStream ? line + "\n" : line));
            if (isStream) Interlocked.Increment(ref _sent);
        }
    }

    // As the owner of the table does it.
    private void TakeAll()
    {
        var batch = new FlowRequest[256];
        do
        {
            _inbox.Wait(TimeSpan.FromMilliseconds(10));
            var taken = _inbox.Take(batch, []);
            foreach (var request in batch.AsSpan(0, taken))
            {
                var isInstall = request.Kind == RequestKind.Install;
                var outcome = isInstall
                    ? _table.Offer(request.Verdict, request.ReceivedAt) : request.IfNothingWasThere;
                if (isInstall) _verdicts.Add(request.Verdict);
                // A shed denial is counted already, and takes its bypass back all the same.
                if (request.Origin?.Transport is { } transport) _counters.Count(transport, outcome);
                _inbox.Settle(request, outcome);
            }
        }
        while (!_receiver.Completion.IsCompleted || _inbox.Length > 0);
    }
}
