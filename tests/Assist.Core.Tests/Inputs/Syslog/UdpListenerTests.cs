using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

public sealed class UdpListenerTests
{
    [Fact]
    public async Task A_datagram_is_a_message_without_its_delimiter()
    {
        using var receiver = RunningReceiver.Start(Transport.Udp);

        receiver.SendDatagrams("127.0.0.1", "<14>a", "<14>b\n", "<14>c\r\n", "<14>d\0", "5 <14>e");

        await receiver.Receives("<14>a", "<14>b", "<14>c", "<14>d", "<14>e");
        Assert.Equal(5, receiver.Counters.ReceivedOf(Transport.Udp));
    }

    [Fact]
    public async Task U4_two_lines_in_a_datagram_are_one_message()
    {
        using var receiver = RunningReceiver.Start(Transport.Udp);

        receiver.SendDatagrams("127.0.0.1", "<14>a\n<14>INJECTED\n");

        await receiver.Receives("<14>a\n<14>INJECTED");
    }

    [Fact]
    public async Task L7_an_empty_datagram_is_no_message_and_the_largest_is_whole()
    {
        using var receiver = RunningReceiver.Start(Transport.Udp);
        var largest = "<14>" + new string('x', 65_503);

        receiver.SendDatagrams("127.0.0.1", "", "\n", largest, "<");

        await receiver.Receives(largest, "<");
        Assert.Equal(2, receiver.Counters.ReceivedTotal);
        Assert.Equal(2, receiver.Counters.Total(SyslogRefusal.Empty));
    }

    [IPv6Fact]
    public async Task U7_a_listener_without_address_takes_both_families_and_knows_IPv4_senders_as_such()
    {
        var options = RunningReceiver.Options with { Senders = [RunningReceiver.Prefix("127.0.0.1")] };
        using var receiver = RunningReceiver.Start(RunningReceiver.On(Transport.Udp, null), options);

        receiver.SendDatagrams("::1", "<14>refused");
        receiver.SendDatagrams("127.0.0.1", "<14>taken");

        await receiver.Receives("<14>taken");
        Assert.Equal(1, receiver.Counters.Of(Transport.Udp, Outcome.RefusedSender));
        Assert.Contains(receiver.Log.All, line => line.Contains("refuses datagrams of ::1,", StringComparison.Ordinal));
    }

    [IPv6Fact]
    public async Task An_IPv6_sender_is_received_on_an_IPv6_address()
    {
        using var receiver = RunningReceiver.Start(RunningReceiver.On(Transport.Udp, "::1"));

        receiver.SendDatagrams("::1", "<14>a");

        await receiver.Receives("<14>a");
    }

    [Fact]
    public async Task U12_a_broadcast_and_a_datagram_of_any_port_are_received_by_the_same_rules()
    {
        using var receiver = RunningReceiver.Start(RunningReceiver.On(Transport.Udp, "0.0.0.0"));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        receiver.SendDatagrams("127.255.255.255", "<14>a");
        await receiver.Receives("<14>a");
        client.SendTo("<14>b"u8, receiver.EndPoint());
        // From the very port that it is sent to.
        using var same = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        same.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        same.SendTo("<14>c"u8, receiver.EndPoint());

        await receiver.Receives("<14>a", "<14>b", "<14>c");
    }

    [Fact]
    public async Task U1_a_stranger_is_counted_each_time_and_logged_once()
    {
        var options = RunningReceiver.Options with { Senders = [RunningReceiver.Prefix("192.0.2.1")] };
        using var receiver = RunningReceiver.Start(Transport.Udp, options);

        for (var i = 0; i < 100; i++) receiver.SendDatagrams("127.0.0.1", "<14>a");

        await Await.Until(
            () => receiver.Counters.Of(Transport.Udp, Outcome.RefusedSender) == 100, "all datagrams were refused");
        Assert.Empty(receiver.Messages);
        Assert.Equal(100, receiver.Counters.ReceivedOf(Transport.Udp));
        Assert.Single(receiver.Log.All, line => line.Contains("refuses datagrams", StringComparison.Ordinal));
    }

    [Fact]
    public async Task U9_a_burst_is_received_whole_and_in_order()
    {
        using var receiver = RunningReceiver.Start(Transport.Udp);
        // Fits into 212,992 bytes, which any kernel grants.
        var burst = Enumerable.Range(0, 150).Select(i => $"<14>{i}").ToArray();

        receiver.SendDatagrams("127.0.0.1", burst);

        await receiver.Receives(burst);
    }

    [Fact]
    public async Task N8_U9_what_the_kernel_had_to_drop_is_counted()
    {
        using var gate = new ManualResetEventSlim();
        long handled = 0;
        MessageResult Handle(ReadOnlyMemory<byte> message, in Arrival receivedAt)
        {
            gate.Wait();
            Interlocked.Increment(ref handled);
            return MessageResult.Handled;
        }
        using var receiver = RunningReceiver.Start(
            Transport.Udp, RunningReceiver.Options with { UdpReceiveBuffer = 4096 }, Handle);

        receiver.SendDatagrams("127.0.0.1", [.. Enumerable.Repeat("<14>" + new string('x', 500), 1000)]);
        gate.Set();

        await Await.Until(
            () => Interlocked.Read(ref handled) + receiver.Counters.Total(SyslogRefusal.KernelDrop) == 1000,
            "every datagram was either handled or counted");
        Assert.True(receiver.Counters.Total(SyslogRefusal.KernelDrop) > 0);
        await receiver.Logs("receive buffer was full");
        Assert.Single(receiver.Log.All, line => line.Contains("receive buffer was full", StringComparison.Ordinal));
    }

    [Fact]
    public void N11_what_the_socket_holds_is_handled_before_a_stop_returns()
    {
        using var gate = new ManualResetEventSlim();
        long handled = 0;
        MessageResult Handle(ReadOnlyMemory<byte> message, in Arrival receivedAt)
        {
            gate.Wait();
            Interlocked.Increment(ref handled);
            return MessageResult.Handled;
        }
        using var receiver = RunningReceiver.Start(Transport.Udp, handler: Handle);

        receiver.SendDatagrams("127.0.0.1", [.. Enumerable.Repeat("<14>a", 150)]);
        var stop = new Thread(receiver.Stop);
        stop.Start();
        gate.Set();
        stop.Join();

        Assert.Equal(150, handled);
    }

    [Fact]
    public async Task N11_what_comes_after_a_stop_is_refused_by_the_kernel()
    {
        using var gate = new ManualResetEventSlim();
        var handled = 0;
        MessageResult Handle(ReadOnlyMemory<byte> message, in Arrival receivedAt)
        {
            gate.Wait();
            Interlocked.Increment(ref handled);
            return MessageResult.Handled;
        }
        using var receiver = RunningReceiver.Start(Transport.Udp, handler: Handle);
        var port = receiver.EndPoint().Port;

        receiver.SendDatagrams("127.0.0.1", "<14>before");
        var stop = new Thread(receiver.Stop);
        stop.Start();
        var sent = 1;
        await Await.Until(
            () =>
            {
                receiver.SendDatagrams("127.0.0.1", "<14>after");
                sent++;
                return DropsAt(port) > 0;
            },
            "the kernel refuses a datagram");
        // A flood that would keep the thread for as long as a stop lets it.
        receiver.SendDatagrams("127.0.0.1", [.. Enumerable.Repeat("<14>after", 100)]);
        var refused = DropsAt(port);
        gate.Set();
        stop.Join();

        Assert.True(refused > 100);
        Assert.Equal(sent + 100 - refused, handled);
    }

    [Fact]
    public async Task U15_an_overloaded_listener_shortens_its_queue_and_lengthens_it_when_nothing_is_lost()
    {
        var time = new ManualTimeProvider();
        var flood = Enumerable.Repeat("<14>" + new string('x', 1400), 5000).ToArray();
        var isFlooded = true;
        RunningReceiver? receiver = null;
        MessageResult Handle(ReadOnlyMemory<byte> message, in Arrival receivedAt)
        {
            // More than fits while a message is handled, and a second for it.
            if (Volatile.Read(ref isFlooded)) receiver!.SendDatagrams("127.0.0.1", flood);
            time.Advance(TimeSpan.FromSeconds(1));
            return MessageResult.Handled;
        }
        using (receiver = RunningReceiver.Start(
            Transport.Udp, RunningReceiver.Options with { UdpReceiveBuffer = 6 << 20 }, Handle, time))
        {
            receiver.SendDatagrams("127.0.0.1", "<14>a");
            await receiver.Logs($"keeps {BufferLength.WhileOverloaded} bytes waiting instead of {6 << 20}");

            Volatile.Write(ref isFlooded, false);
            await Await.Until(
                () =>
                {
                    receiver.SendDatagrams("127.0.0.1", "<14>a");
                    return receiver.Log.All.Any(line => line.Contains($"keeps {6 << 20} bytes waiting again", StringComparison.Ordinal));
                },
                "the queue is long again");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_gives_datagrams_and_senders_with_and_without_recvmmsg(bool managed)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.ReceiveTimeout = 1;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < 70; i++) client.SendTo(Encoding.UTF8.GetBytes($"{i}"), socket.LocalEndPoint!);
        var batch = new DatagramBatch(managed);
        var received = new List<string>();

        int count;
        while ((count = batch.Receive(socket, out _)) > 0)
            for (var i = 0; i < count; i++)
            {
                received.Add(Encoding.UTF8.GetString(batch[i].Span));
                Assert.Equal(IpAddr.V4(0x7f000001), batch.Sender(i));
            }

        Assert.Equal(Enumerable.Range(0, 70).Select(i => $"{i}"), received);
        Assert.Equal(0, batch.Receive(socket, out var error));
        Assert.Equal(SocketError.TimedOut, error);
    }

    [Fact]
    public void O2_a_datagram_costs_no_allocation()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var batch = new DatagramBatch();

        var least = Enumerable.Range(0, 20).Min(_ =>
        {
            for (var i = 0; i < 50; i++) client.SendTo("<14>a\n"u8, socket.LocalEndPoint!);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var count = batch.Receive(socket, out var _);
            var text = 0;
            for (var i = 0; i < count; i++)
                if (batch.Sender(i).IsV4) text += Datagram.Message(batch[i]).Length;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(50 * 5, text);
            return allocated;
        });

        Assert.Equal(0, least);
    }

    [Fact]
    public void U10_U11_only_an_unusable_socket_ends_the_loop()
    {
        int[] interruptions = [4, 11, 111];
        int[] shortages = [12, 105, 100];
        int[] ends = [9, 14, 22, 88];

        Assert.All(interruptions, errno => Assert.True(Errno.IsHarmless(Errno.ToSocketError(errno))));
        Assert.All(shortages, errno => Assert.False(Errno.IsHarmless(Errno.ToSocketError(errno))));
        Assert.All(interruptions.Concat(shortages), errno => Assert.False(Errno.IsFatal(Errno.ToSocketError(errno))));
        Assert.All(ends, errno => Assert.True(Errno.IsFatal(Errno.ToSocketError(errno))));
    }

    // The last column of the socket's line in /proc/net/udp.
    private static int DropsAt(int port) => File.ReadLines("/proc/net/udp")
        .Where(line => line.Contains($"0100007F:{port:X4} ", StringComparison.Ordinal))
        .Sum(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture));
}
