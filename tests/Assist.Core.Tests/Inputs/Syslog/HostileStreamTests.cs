using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>Clients that speak another protocol, too slowly, too much, or not at all.</summary>
public sealed class HostileStreamTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task F24_another_protocol_is_closed_after_a_hundred_messages_and_logged_once()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp, handler: Judge);

        for (var i = 1; i <= 2; i++)
        {
            using var client = receiver.Connect();
            client.Say(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\n", 250)));
            client.WaitForEnd();
            await receiver.Refuses(SyslogRefusal.Foreign, i);
        }

        await receiver.HasOpen(0);
        Assert.Equal(200, receiver.Messages.Length);
        Assert.Single(receiver.Log.All, line => line.Contains("neither syslog nor a log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F24_logs_between_the_foreign_messages_and_foreign_syslog_keep_the_connection_open()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp, handler: Judge);
        using var client = receiver.Connect();
        var almost = string.Concat(Enumerable.Repeat("a fragment of a log\n", 99));

        client.Say(almost + "<14>log\n" + almost + "log\n" + almost);
        client.Say(string.Concat(Enumerable.Repeat("<14>a router's message\n", 250)) + "<14>end\n");

        await Await.Until(() => receiver.Messages.LastOrDefault() == "<14>end", "the last message is received");
        Assert.Equal(0, receiver.Counters.Total(SyslogRefusal.Foreign));
        Assert.Equal(1, receiver.Receiver.OpenConnections);
    }

    [Theory]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n")]
    public async Task F24_what_another_protocol_begins_with_is_counted_logged_once_and_harms_nobody(string text)
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp, handler: Judge);
        using var foreign = receiver.Connect();
        using var client = receiver.Connect();

        foreign.Say(text);
        foreign.Shutdown(SocketShutdown.Send);
        foreign.WaitForEnd();
        // A NUL ends a line, and binary protocols are full of them.
        string[] messages = [.. text.Split(['\n', '\0'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];
        await receiver.Receives(messages);
        client.Say("<14>log\n");

        await receiver.Receives([.. messages, "<14>log"]);
        Assert.Single(receiver.Log.All, line => line.Contains("neither syslog nor a log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F19_a_count_too_big_and_silence_end_the_connection_without_a_message()
    {
        var time = new ManualTimeProvider();
        using var receiver = RunningReceiver.Start(Transport.Tcp, time: time);
        using var client = receiver.Connect();
        await receiver.HasOpen(1);

        client.Say("100 <14>swallows<14>the next");
        await Await.Until(() => Passes(time, 1) && receiver.Receiver.OpenConnections == 0, "it is closed");

        Assert.True(time.GetElapsedTime(0) >= TimeSpan.FromSeconds(30));
        await receiver.Refuses(SyslogRefusal.FrameTimeout);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task N3_a_byte_now_and_then_does_not_keep_a_frame_open()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { FrameTimeout = s_short });
        using var slow = receiver.Connect();

        slow.Say("<14>");
        await Await.Until(
            () => !slow.TrySay("x") || receiver.Counters.Total(SyslogRefusal.FrameTimeout) == 1, "it is closed");

        await receiver.Refuses(SyslogRefusal.FrameTimeout);
        await receiver.HasOpen(0);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task N4_a_connection_between_frames_stays_for_hours_and_is_watched_by_the_kernel()
    {
        var time = new ManualTimeProvider();
        using var receiver = RunningReceiver.Start(Transport.Tcp, time: time);
        using var client = receiver.Connect();
        client.Say("<14>a\n");
        await receiver.Receives("<14>a");

        time.Advance(TimeSpan.FromHours(5));
        client.Say("<14>b\n");

        await receiver.Receives("<14>a", "<14>b");
        await Await.Until(() => KernelTimer(receiver, client) == "02", "a keep-alive timer runs");
    }

    [Fact]
    public async Task N8_a_slow_consumer_stops_the_sender_and_loses_nothing()
    {
        const int TooMuch = 256 << 20;
        using var gate = new ManualResetEventSlim();
        using var receiver = RunningReceiver.Start(Transport.Tcp, handler: (_, in _) =>
        {
            gate.Wait();
            return MessageResult.Handled;
        });
        using var client = receiver.Connect();
        var chunk = Encoding.ASCII.GetBytes("<14>" + new string('x', 60_000) + "\n");
        client.Blocking = false;

        long sent = 0;
        while (sent < TooMuch && TrySend(client, chunk, (int)(sent % chunk.Length), out var bytes)) sent += bytes;
        gate.Set();
        client.Blocking = true;
        client.Send(chunk.AsSpan((int)(sent % chunk.Length)));
        sent += chunk.Length - sent % chunk.Length;

        Assert.InRange(sent, chunk.Length, TooMuch - 1);
        await Await.Until(
            () => receiver.Counters.ReceivedTotal == sent / chunk.Length, "all that was sent is received");
    }

    [Fact]
    public async Task N9_a_connection_at_full_speed_does_not_starve_another()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var flood = receiver.Connect();
        using var client = receiver.Connect();
        using var done = new ManualResetEventSlim();
        var flooder = new Thread(() =>
        {
            var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x\n", 1000)));
            while (!done.IsSet) flood.Send(lines);
        });
        flooder.Start();

        for (var i = 1; i <= 5; i++)
        {
            client.Say($"<14>{i}\n");
            var message = $"<14>{i}";
            await Await.Until(() => receiver.Has(message), "the other connection is read");
        }

        done.Set();
        flooder.Join();
    }

    [Fact]
    public async Task N1_connections_from_many_addresses_stay_within_the_limit_and_leave_the_others_alone()
    {
        using var receiver = RunningReceiver.Start(
            Transport.Tcp, RunningReceiver.Options with { MaxConnections = 4 });
        using var firewall = receiver.Connect(from: "127.0.0.9");
        firewall.Say("<14>a\n");
        await receiver.Receives("<14>a");
        var flood = new List<Socket>();

        for (var i = 0; i < 200; i++) flood.Add(receiver.Connect(from: $"127.0.1.{i + 1}"));
        await receiver.Refuses(SyslogRefusal.ConnectionLimit, 197);
        firewall.Say("<14>b\n");

        await receiver.Receives("<14>a", "<14>b");
        Assert.Equal(4, receiver.Receiver.OpenConnections);
        flood.ForEach(socket => socket.Dispose());
        await receiver.HasOpen(1);
    }

    [Fact]
    public async Task O3_a_step_of_the_clock_changes_no_timeout_and_no_limit()
    {
        var time = new ManualTimeProvider();
        var clock = new SteppedClock(time);
        var options = RunningReceiver.Options with { Senders = [RunningReceiver.Prefix("127.0.0.1")] };
        using var receiver = RunningReceiver.Start(Transport.Tcp, options, time: clock);
        using var client = receiver.Connect();
        string[] messages = [];

        foreach (var step in new[] { 1, -1, -1, 1 })
        {
            client.Say("<14>a\n<14>part");
            messages = [.. messages, "<14>a"];
            await receiver.Receives(messages);
            using (var stranger = receiver.Connect(from: "127.0.0.2")) stranger.WaitForEnd();
            clock.Offset += TimeSpan.FromHours(step);
            time.Advance(TimeSpan.FromSeconds(2));
            client.Say("\n");
            messages = [.. messages, "<14>part"];
            await receiver.Receives(messages);
        }

        await receiver.Refuses(SyslogRefusal.Sender, 4);
        Assert.Single(receiver.Log.All, line => line.Contains("refuses connections of", StringComparison.Ordinal));
    }

    private static MessageResult Judge(ReadOnlyMemory<byte> message, in Arrival receivedAt) =>
        message.Span.EndsWith("log"u8) && message.Length < 10 ? MessageResult.Handled : MessageResult.Unparsed;

    private static bool Passes(ManualTimeProvider time, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return true;
    }

    private static bool TrySend(Socket socket, byte[] chunk, int offset, out int sent)
    {
        sent = socket.Send(chunk.AsSpan(offset), SocketFlags.None, out var error);
        return error is SocketError.Success;
    }

    // The tr column of /proc/net/tcp for our end: 02 is the keep-alive timer.
    private static string? KernelTimer(RunningReceiver receiver, Socket client)
    {
        var peer = ((IPEndPoint)client.LocalEndPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);
        var own = receiver.EndPoint().Port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1].EndsWith($":{own}", StringComparison.Ordinal)
                && columns[2].EndsWith($":{peer}", StringComparison.Ordinal))
            .Select(columns => columns[5][..2]).FirstOrDefault();
    }

    /// <summary>A wall clock that somebody sets, over a time that only passes.</summary>
    private sealed class SteppedClock(ManualTimeProvider time) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Offset;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
