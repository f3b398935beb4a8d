using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

public sealed class SenderReplacementTests
{
    [Fact]
    public async Task Who_is_no_sender_any_more_loses_its_connection_and_who_still_is_keeps_it()
    {
        using var receiver = RunningReceiver.Start(Transport.Tcp);
        using var goes = receiver.Connect(from: "127.0.0.2");
        using var stays = receiver.Connect(from: "127.0.0.3");
        goes.Say("<14>a\n");
        await receiver.Receives("<14>a");
        await receiver.HasOpen(2);

        receiver.Receiver.ReplaceSenders([RunningReceiver.Prefix("127.0.0.3")]);

        goes.WaitForEnd();
        stays.Say("<14>b\n");
        await receiver.Receives("<14>a", "<14>b");
        await receiver.HasOpen(1);
        await receiver.Refuses(SyslogRefusal.Sender);
        await receiver.Logs("127.0.0.2 closed: it is not among the senders any more");
    }

    [Fact]
    public async Task Datagrams_are_taken_from_the_new_senders_only()
    {
        using var receiver = RunningReceiver.Start(Transport.Udp);
        receiver.SendDatagramsFrom("127.0.0.2", "127.0.0.1", "<14>a");
        await receiver.Receives("<14>a");

        receiver.Receiver.ReplaceSenders([RunningReceiver.Prefix("127.0.0.3")]);
        receiver.SendDatagramsFrom("127.0.0.2", "127.0.0.1", "<14>b");
        receiver.SendDatagramsFrom("127.0.0.3", "127.0.0.1", "<14>c");

        await receiver.Receives("<14>a", "<14>c");
        Assert.Equal(1, receiver.Counters.Total(Outcome.RefusedSender));
    }

    [Theory]
    [InlineData(Transport.Udp)]
    [InlineData(Transport.Tcp)]
    public async Task A_message_comes_with_its_senders_address_and_without_proof(Transport transport)
    {
        var arrival = default(Arrival);
        MessageResult Keep(ReadOnlyMemory<byte> message, in Arrival how)
        {
            arrival = how;
            return MessageResult.Handled;
        }

        using var receiver = RunningReceiver.Start(transport, handler: Keep);
        if (transport == Transport.Udp) receiver.SendDatagramsFrom("127.0.0.7", "127.0.0.1", "<14>a");
        else
        {
            using var client = receiver.Connect(from: "127.0.0.7");
            client.Say("<14>a\n");
            await receiver.Receives("<14>a");
        }
        await receiver.Receives("<14>a");

        Assert.Equal(("127.0.0.7", false), (arrival.Sender.ToString(), arrival.IsVerified));
        Assert.True(arrival.At > TimeSpan.Zero);
    }
}
