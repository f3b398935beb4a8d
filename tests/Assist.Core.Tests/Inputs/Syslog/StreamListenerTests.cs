using System.Net.Sockets;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

public sealed class StreamListenerTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task F3_F8_both_framings_are_received_on_one_connection_and_empty_lines_do_not_end_it()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var client = receiver.Connect();

        client.Say("<14>a\n\n\r\n\0");
        await receiver.Receives("<14>a");
        client.Say("5 <14>b<14>c\r\n5 <1");
        await receiver.Receives("<14>a", "<14>b", "<14>c");
        client.Say("4>d");

        await receiver.Receives("<14>a", "<14>b", "<14>c", "<14>d");
        Assert.Equal(4, receiver.Counters.ReceivedOf(Transport.Tcp));
        Assert.Equal(1, receiver.Receiver.OpenConnections);
    }

    [IPv6Fact]
    public async Task A_listener_without_address_takes_connections_of_both_families()
    {
        using var receiver = RunningReceiver.Start(RunningReceiver.On(Transport.Tcp, null));
        using var four = receiver.Connect();
        using var six = receiver.Connect("::1");

        four.Say("<14>four\n");
        await receiver.Receives("<14>four");
        six.Say("<14>six\n");

        await receiver.Receives("<14>four", "<14>six");
    }

    [Fact]
    public async Task N7_everything_before_a_half_close_is_handled_also_a_last_line_without_LF()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var client = receiver.Connect();

        client.Say("<14>a\n<14>b");
        client.Shutdown(SocketShutdown.Send);

        await receiver.Receives("<14>a", "<14>b");
        client.WaitForEnd();
        await receiver.HasOpen(0);
    }

    [Fact]
    public async Task F9_an_octet_frame_cut_by_the_end_of_the_connection_is_not_a_message()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var client = receiver.Connect();

        client.Say("<14>a\n30 <14>b");
        client.Shutdown(SocketShutdown.Send);

        await receiver.Refuses(SyslogRefusal.CutFrame);
        await receiver.Receives("<14>a");
    }

    [Fact]
    public async Task N6_a_reset_in_a_frame_drops_the_part()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        var client = receiver.Connect();

        client.Say("<14>a\n<14>b");
        await receiver.Receives("<14>a");
        client.Reset();

        await receiver.Refuses(SyslogRefusal.CutFrame);
        await receiver.HasOpen(0);
        Assert.Equal(["<14>a"], receiver.Messages);
    }

    [Fact]
    public async Task F14_a_count_that_cannot_be_one_ends_the_connection()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var client = receiver.Connect();

        client.Say("<14>a\n4294967299 <14>x\n<14>y\n");
        client.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.Framing);
        Assert.Equal(["<14>a"], receiver.Messages);
    }

    [Fact]
    public async Task L1_L6_over_long_messages_are_counted_each_and_logged_once()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var client = receiver.Connect();
        var start = "<14>" + new string('x', 65_532);

        client.Say(start + "yz\n");
        client.Say($"65540 {start}yz\n\n<14>a\n");

        await receiver.Receives(start, start, "<14>a");
        Assert.Equal(2, receiver.Counters.Total(SyslogRefusal.Oversize));
        Assert.Single(receiver.Log.All, line => line.Contains("more than 65536 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task N3_a_frame_that_is_not_finished_in_time_ends_the_connection_an_idle_one_stays()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { FrameTimeout = s_short });
        using var idle = receiver.Connect();
        idle.Say("<14>a\n");
        await receiver.Receives("<14>a");
        using var slow = receiver.Connect();

        slow.Say("<14>never finished");
        slow.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.FrameTimeout);
        Assert.Equal(0, receiver.Counters.Total(SyslogRefusal.CutFrame));
        idle.Say("<14>b\n");
        await receiver.Receives("<14>a", "<14>b");
    }

    [Fact]
    public async Task A_stranger_is_closed_at_once()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { Senders = [RunningReceiver.Prefix("192.0.2.0/24")] });
        using var client = receiver.Connect();

        client.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.Sender);
        Assert.Equal(0, receiver.Receiver.OpenConnections);
    }

    [Fact]
    public async Task N1_beyond_the_limit_a_connection_is_refused_while_the_others_are_in_a_message()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { MaxConnections = 2 });
        using var first = receiver.Connect();
        using var second = receiver.Connect();
        first.Say("<14>1\n<14>a");
        second.Say("<14>1\n<14>b");
        await receiver.Receives("<14>1", "<14>1");

        using var third = receiver.Connect();
        third.WaitForEnd();

        await receiver.Refuses(SyslogRefusal.ConnectionLimit);
        first.Say("\n");
        await receiver.Receives("<14>1", "<14>1", "<14>a");
    }

    [Fact]
    public async Task N5_a_sender_that_comes_back_takes_the_place_of_its_longest_idle_connection()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { MaxConnectionsPerSender = 2 });
        using var dead = receiver.Connect();
        dead.Say("<14>a\n");
        await receiver.Receives("<14>a");
        using var alive = receiver.Connect();
        alive.Say("<14>b\n");
        await receiver.Receives("<14>a", "<14>b");

        using var back = receiver.Connect();
        dead.WaitForEnd();
        back.Say("<14>c\n");
        await receiver.Receives("<14>a", "<14>b", "<14>c");
        alive.Say("<14>d\n");

        await receiver.Receives("<14>a", "<14>b", "<14>c", "<14>d");
        await receiver.Refuses(SyslogRefusal.ConnectionLimit);
        await receiver.HasOpen(2);
    }

    [Fact]
    public async Task N1_a_flood_of_connections_stays_within_the_limit()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { MaxConnectionsPerSender = 4 });
        var flood = new List<Socket>();

        for (var i = 0; i < 200; i++) flood.Add(receiver.Connect());
        await receiver.Refuses(SyslogRefusal.ConnectionLimit, 196);

        Assert.Equal(4, receiver.Receiver.OpenConnections);
        flood[^1].Say("<14>a\n");
        await receiver.Receives("<14>a");
        flood.ForEach(socket => socket.Dispose());
        await receiver.HasOpen(0);
    }

    [Fact]
    public async Task N11_a_stop_handles_what_has_arrived_and_drops_the_part_of_a_message()
    {
        using var gate = new ManualResetEventSlim();
        var handled = 0;
        MessageResult Handle(ReadOnlyMemory<byte> message, in Arrival receivedAt)
        {
            gate.Wait();
            handled++;
            return MessageResult.Handled;
        }
        using var receiver = RunningReceiver.Start(Transport.Tcp, handler: Handle);
        using var client = receiver.Connect();
        client.Say(string.Concat(Enumerable.Repeat("<14>a\n", 5_000)) + "<14>par");
        await Await.Until(() => receiver.Counters.ReceivedTotal > 0, "the first message is being handled");

        var stop = new Thread(receiver.Stop);
        stop.Start();
        gate.Set();
        stop.Join();

        Assert.Equal(5_000, handled);
        Assert.Equal(1, receiver.Counters.Total(SyslogRefusal.CutFrame));
        Assert.True(receiver.Receiver.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_fault_in_a_handler_costs_its_message_and_not_its_connection()
    {
        static MessageResult Handle(ReadOnlyMemory<byte> message, in Arrival receivedAt)
        {
            if (message.Length == 5) throw new InvalidOperationException("fault");
            return MessageResult.Handled;
        }
        using var receiver = RunningReceiver.Start(Transport.Tcp, handler: Handle);
        using var faulty = receiver.Connect();
        using var other = receiver.Connect();

        faulty.Say("<14>a\n<14>abc\n");
        await receiver.Receives("<14>abc");
        other.Say("<14>ab\n");

        await receiver.Receives("<14>abc", "<14>ab");
        Assert.Equal(1, receiver.Counters.Of(Transport.Tcp, Outcome.Malformed));
        Assert.False(receiver.Receiver.Completion.IsCompleted);
    }
}
