using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Datagrams;
using Assist.Inputs.Syslog;
using Assist.Telemetry;
using Assist.Tests.Inputs.Syslog;

namespace Assist.Tests.Inputs.Datagrams;

public sealed class SenderRatesTests
{
    private static readonly IpAddr s_flooder = IpAddr.V4(1);
    private static readonly IpAddr s_other = IpAddr.V4(2);

    [Fact]
    public void U14_a_flood_is_held_to_its_rate_only_while_logs_are_lost_and_others_send()
    {
        var rates = new SenderRates(10);

        Assert.Equal(1000, Passed(rates, s_flooder, 1000, Second(0)));
        rates.NoteLoss(Second(1));
        Assert.Equal(1000, Passed(rates, s_flooder, 1000, Second(1)));
        Assert.Equal(1, Passed(rates, s_other, 1, Second(2)));
        Assert.Equal(10, Passed(rates, s_flooder, 1000, Second(2)));
        Assert.Equal(5, Passed(rates, s_flooder, 1000, Second(2.5)));
        Assert.Equal(9, Passed(rates, s_other, 9, Second(2.5)));
        // Ten seconds after the loss.
        Assert.Equal(1000, Passed(rates, s_flooder, 1000, Second(11)));
    }

    [Fact]
    public void U14_a_sender_that_has_been_silent_for_a_minute_is_no_reason_to_hold_another()
    {
        var rates = new SenderRates(10);
        Passed(rates, s_other, 1, Second(0));

        rates.NoteLoss(Second(59));
        Assert.Equal(10, Passed(rates, s_flooder, 1000, Second(59)));
        Assert.Equal(1000, Passed(rates, s_flooder, 1000, Second(60)));
    }

    [Fact]
    public void U14_without_a_limit_nobody_is_held()
    {
        var rates = new SenderRates(0);
        rates.NoteLoss(Second(0));
        Passed(rates, s_other, 1, Second(0));

        Assert.Equal(1000, Passed(rates, s_flooder, 1000, Second(0)));
    }

    [Fact]
    public void O5_U14_a_thousand_senders_neither_free_a_flooder_nor_hold_each_other()
    {
        var rates = new SenderRates(10);
        rates.NoteLoss(Second(0));
        Passed(rates, s_other, 1, Second(0));
        Assert.Equal(10, Passed(rates, s_flooder, 1000, Second(0)));

        var passed = Enumerable.Range(100, 1000).Count(i =>
        {
            var now = Second(0.00001 * i);
            Assert.Equal(0, Passed(rates, s_flooder, 1, now));
            return rates.Allows(IpAddr.V4((uint)i), now);
        });

        Assert.Equal(1000, passed);
    }

    [Fact]
    public void U14_O2_a_datagram_costs_no_allocation()
    {
        var rates = new SenderRates(10);
        rates.NoteLoss(Second(0));

        Assert.Equal(0, Allocation.OfCheapest(() =>
        {
            for (var i = 0; i < 10_000; i++) rates.Allows(IpAddr.V4((uint)i % 500), Second(1));
        }));
    }

    [Fact]
    public async Task U14_one_sender_that_floods_does_not_starve_another()
    {
        var options = RunningReceiver.Options with { DatagramsPerSender = 20 };
        using var receiver = RunningReceiver.Start(
            RunningReceiver.On(Transport.Udp, "127.0.0.1"), options,
            (message, in _) => message.Length > 5 ? MessageResult.Shed : MessageResult.Handled, new ManualTimeProvider());

        receiver.SendDatagramsFrom("127.0.0.3", "127.0.0.1", "<14>b");
        receiver.SendDatagramsFrom("127.0.0.2", "127.0.0.1", [.. Enumerable.Repeat("<14>shed", 100)]);
        await receiver.Refuses(SyslogRefusal.SenderRate, 80);
        receiver.SendDatagramsFrom("127.0.0.3", "127.0.0.1", [.. Enumerable.Repeat("<14>b", 19)]);

        await Await.Until(() => receiver.Messages.Count(message => message == "<14>b") == 20, "the other is heard");
        Assert.Equal(20, receiver.Messages.Count(message => message == "<14>shed"));
        Assert.Equal(80, receiver.Counters.Of(Transport.Udp, Outcome.Shed));
        Assert.Single(receiver.Log.All, line =>
            line.Contains("holds 127.0.0.2 to 20 datagrams a second", StringComparison.Ordinal));
    }

    private static TimeSpan Second(double second) => TimeSpan.FromSeconds(second);

    private static int Passed(SenderRates rates, IpAddr sender, int datagrams, TimeSpan now)
    {
        var passed = 0;
        for (var i = 0; i < datagrams; i++)
            if (rates.Allows(sender, now)) passed++;
        return passed;
    }
}
