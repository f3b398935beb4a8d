using System.Text.Json;

namespace Assist.Tests.Processes;

/// <summary>What was refused can be found, with who sent it and why.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RefusedTests
{
    [Fact]
    public async Task The_last_refused_messages_are_shown_with_sender_reason_and_line()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("", firewall: ", max_message_age: 1d");
        await rig.StartAsync();
        await rig.SendAsync(Way.Udp, "<14>gar\u001b[2Jbage");
        await rig.UntilOutcomeAsync("malformed", 1);
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "224.0.0.1", 443));
        await rig.UntilOutcomeAsync("protected", 1);
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);

        var refused = JsonDocument.Parse((await rig.AssistAsync("refused", "--json")).Output).RootElement
            .GetProperty("refused").EnumerateArray().ToList();

        Assert.Equal(["protected", "malformed"], refused.Select(each => each.GetProperty("outcome").GetString()));
        Assert.Equal("127.0.0.1", refused[1].GetProperty("sender").GetString());
        Assert.Equal("udp", refused[1].GetProperty("transport").GetString());
        Assert.Equal("<14>gar\\x1b[2Jbage", refused[1].GetProperty("line").GetString());
        Assert.Contains("multicast", refused[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        var text = await rig.AssistAsync("refused", "--last", "1");
        Assert.Equal((0, 2), (text.Code, text.Output.Trim().Split('\n').Length));
        Assert.Contains("tcp protected: rule denied-traffic: an address is", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', (await rig.AssistAsync("refused")).Output);
        Assert.Equal(2, (await rig.AssistAsync("refused", "--last", "0")).Code);
    }

    [Fact]
    public async Task What_the_table_refused_is_shown_with_its_limit()
    {
        await using var rig = new Rig();
        rig.WriteConfiguration("flows: {per_source: 1, ports_per_pair: 0}");
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.SendAsync(
            Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.21", 443),
            LogLine.Allow("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilOutcomeAsync("over_limit", 1);
        await rig.UntilOutcomeAsync("protected", 1);

        var text = (await rig.AssistAsync("refused")).Output;

        Assert.Contains("tcp over_limit: rule denied-traffic: its source holds as many drops as flows.per_source", text,
            StringComparison.Ordinal);
        Assert.Contains("tcp protected: rule allowed-traffic: a drop covers the session", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_says_for_each_flow_whose_log_asked_for_it_and_why_it_ended()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.1", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        Assert.Equal(0, (await rig.AssistAsync("delete", "--all")).Code);

        var log = (await rig.StopAsync()).ErrorLines;

        const string Who = "; log of 127.0.0.1 (tcp), firewall rule \"";
        Assert.Single(log, line => line.Contains("rule denied-traffic asks for DROP_", StringComparison.Ordinal)
            && line.Contains(Who, StringComparison.Ordinal));
        Assert.Single(log, line => line.Contains("of rule denied-traffic ended: removed", StringComparison.Ordinal)
            && line.Contains(Who, StringComparison.Ordinal));
    }
}
