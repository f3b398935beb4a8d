using System.Net;
using System.Net.Sockets;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

public sealed class SyslogReceiverTests
{
    [Fact]
    public async Task All_listeners_of_a_configuration_hand_over_what_they_receive()
    {
        using var receiver = RunningReceiver.Start(
            [RunningReceiver.On(Transport.Udp, "127.0.0.1"), RunningReceiver.On(Transport.Tcp, "127.0.0.1")]);
        using var client = receiver.Connect(listener: 1);

        receiver.SendDatagrams("127.0.0.1", "<14>udp");
        await receiver.Receives("<14>udp");
        client.Say("<14>tcp\n");

        await receiver.Receives("<14>udp", "<14>tcp");
        Assert.Equal([Transport.Udp, Transport.Tcp], receiver.Receiver.BoundEndpoints.Select(bound => bound.Transport));
    }

    [Theory]
    [InlineData(Transport.Udp, "udp")]
    [InlineData(Transport.Tcp, "tcp")]
    public void N10_a_port_in_use_is_said_in_one_line_and_nothing_stays_open(Transport transport, string name)
    {
        using var running = RunningReceiver.Start(transport);
        var port = running.EndPoint().Port;
        var listener = RunningReceiver.On(transport, "127.0.0.1") with { Port = port };

        var e = Assert.Throws<ListenerException>(() => RunningReceiver.Start(
            [RunningReceiver.On(Transport.Tcp, "127.0.0.1"), listener]));

        Assert.Equal(
            $"cannot listen on {name} 127.0.0.1:{port}: the port is in use, stop the other program or choose another port",
            e.Message);
    }

    [Fact]
    public void U13_an_address_that_no_interface_has_is_said_in_one_line()
    {
        var e = Assert.Throws<ListenerException>(
            () => RunningReceiver.Start(RunningReceiver.On(Transport.Udp, "192.0.2.1")));

        Assert.Equal(
            "cannot listen on udp 192.0.2.1:0: no interface has this address, correct it or leave it out", e.Message);
    }

    [Theory]
    [InlineData("server.crt", "garbage")]
    [InlineData("server.key", "garbage")]
    [InlineData("ca.crt", "")]
    public void A_bad_certificate_file_is_named_in_one_line(string file, string content)
    {
        using var files = new TestCertificates();
        File.WriteAllText(files.Path(file), content);

        var e = Assert.Throws<ListenerException>(() => RunningReceiver.Start(files.Listener(mutual: true)));

        Assert.StartsWith("cannot listen on tls 127.0.0.1:0: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(files.Path(file), e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_missing_certificate_file_is_named_in_one_line()
    {
        using var files = new TestCertificates();
        File.Delete(files.KeyFile);

        var e = Assert.Throws<ListenerException>(() => RunningReceiver.Start(files.Listener(mutual: false)));

        Assert.Contains(files.KeyFile, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_dies_ends_the_receiver_with_its_fault()
    {
        var log = new LogLines();
        using var receiver = new SyslogReceiver(
            [RunningReceiver.On(Transport.Udp, "127.0.0.1")], RunningReceiver.Options,
            _ => throw new InvalidOperationException("fault"), new Counters(), log, TimeProvider.System);

        receiver.Start();

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.Completion);
        Assert.Equal("fault", e.Message);
        Assert.Contains(log.All, line => line.EndsWith("has stopped receiving", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_format_that_throws_costs_the_message_and_is_logged_once()
    {
        var log = new SessionLog();
        MessageResult Read(ReadOnlyMemory<byte> message, in Arrival arrival)
        {
            new FaultyFormat().Parse(message, log);
            return MessageResult.Handled;
        }
        using var receiver = RunningReceiver.Start(Transport.Udp, handler: Read);

        receiver.SendDatagrams("127.0.0.1", "<14>bad", "<14>bad", "<14>good");

        await receiver.Receives("<14>good");
        Assert.Equal(2, receiver.Counters.Of(Transport.Udp, Outcome.Malformed));
        Assert.Single(receiver.Log.All, line => line.Contains("fault of this program", StringComparison.Ordinal));
        Assert.False(receiver.Receiver.Completion.IsCompleted);
    }

    private sealed class FaultyFormat : IMessageFormat
    {
        public string Name => "faulty";

        public IReadOnlyList<FieldLayout> Layouts => [];

        public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log) =>
            message.Span.EndsWith("bad"u8) ? throw new InvalidOperationException("fault") : ParseStatus.Session;
    }

    [Fact]
    public void A_stopped_receiver_has_freed_its_ports()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        var to = receiver.EndPoint();

        receiver.Stop();

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => socket.Connect(to));
        Assert.True(receiver.Receiver.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_handler_is_asked_for_by_each_receiving_thread()
    {
        var asked = 0;
        var counters = new Counters();
        using var receiver = new SyslogReceiver(
            [RunningReceiver.On(Transport.Tcp, "127.0.0.1")], RunningReceiver.Options,
            _ => { Interlocked.Increment(ref asked); return (_, in _) => MessageResult.Handled; }, counters, new LogLines(), TimeProvider.System);
        receiver.Start();

        for (var i = 1; i <= 3; i++)
        {
            using var client = new TcpClient();
            client.Connect(new IPEndPoint(IPAddress.Loopback, receiver.BoundEndpoints[0].EndPoint.Port));
            client.Client.Say("<14>a\n");
            await Await.Until(() => counters.ReceivedTotal == i, "the message arrived");
        }

        receiver.Stop(TimeSpan.FromSeconds(10));
        Assert.Equal(3, asked);
    }
}
