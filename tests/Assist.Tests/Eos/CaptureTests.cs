using System.Text.Json.Nodes;
using Assist.Eos;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

/// <summary>Answers of real switches as they were captured, held against the emulator's: it is configured with what the
/// capture shows, asked the same, and compared key by key or line by line. The captures stand beside the
/// repository.</summary>
public sealed class CaptureTests : SwitchTests
{
    private const string Facts = "reference/eos-directflow-eapi.md";

    private static readonly string[] s_flags = [
        "tcpFin", "tcpRst", "tcpSyn", "tcpPsh", "tcpUrg", "tcpAck", "unknownL3V4MulticastAddress",
        "unknownL2V4MulticastAddress"];

    [SharedFact(Facts)]
    public void Detail_in_JSON_is_what_a_switch_of_4_14_sent()
    {
        var capture = JsonNode.Parse(Capture("### 2.5 "))!.AsObject();
        var flows = capture["flows"]!.AsArray().Select(flow => flow!.AsObject()).ToList();
        Assert.Equal(3, flows.Count);
        Change(options => options with { SystemMac = flows[0]["bridgeMacAddr"]!.GetValue<string>() });

        Program([.. flows.SelectMany(Lines)]);
        var detail = Show("show directflow detail");

        Assert.Equal(Keys(capture), Keys(detail));
        Assert.Equal(Keys(capture["details"]!.AsObject()), Keys(detail["details"]!.AsObject()));
        GoldenJsonTests.AssertSame(capture["details"]!["status"]!, detail["details"]!["status"]!, "status");
        // The capture keeps one flow of each kind, in the order of all.
        for (var i = 0; i < flows.Count; i++)
        {
            foreach (var counter in (string[])["matchPackets", "matchBytes"]) flows[i][counter] = 0;
            GoldenJsonTests.AssertSame(flows[i], detail["flows"]![i]!, $"flows[{i}]");
        }
    }

    [SharedFact(Facts)]
    public void A_flow_in_text_is_what_a_switch_printed()
    {
        var capture = Capture("### 2.4 ");
        var name = capture.Split('\n')[0]["Flow ".Length..].TrimEnd(':');

        Program($"flow {name}", "no persistent", "timeout idle 300", "match source ip 12.12.12.1",
            "match destination ip 1.1.1.1",
            "match ip protocol tcp", "match source port 30002", "match destination port 80",
            "action output nexthop 34.34.34.4");

        // Packets are nobody's to repeat here.
        Assert.Equal(WithoutCounts(capture), WithoutCounts(Text("show directflow flows")));
    }

    [SharedFact(Facts)]
    public void The_running_configuration_is_what_a_switch_showed()
    {
        // The capture's first line was pasted behind a blank.
        var capture = Capture("### 2.3 ").TrimStart().Split('\n');
        // As one would type it: what is set apart by `!` is not entered.
        Program([.. capture.Select(line => line.Trim())
            .Where(line => line.Length > 0 && line is not ("directflow" or "no shutdown" or "!"))]);

        var shown = Text("show running-config section directflow").TrimEnd().Split('\n');

        Assert.Equal(capture, shown.Where(line => line != "!"));
    }

    [SharedFact(Facts)]
    public void The_version_has_the_keys_and_kinds_of_4_31()
    {
        var capture = JsonNode.Parse(Capture("`show version` (json) sample"))!.AsObject();
        var shown = Show("show version");
        // Of a container only: facts 4.5.
        capture.Remove("cEosToolsVersion");

        Assert.Equal(Keys(capture), Keys(shown));
        foreach (var (key, value) in capture)
            Assert.True(value!.GetValueKind() == shown[key]!.GetValueKind(),
                $"{key}: {value} is of another kind than {shown[key]}");
    }

    /// <summary>The first block in ``` after the line that has this text.</summary>
    private static string Capture(string after)
    {
        var lines = File.ReadAllLines(SharedData.PathOf(Facts))
            .SkipWhile(line => !line.Contains(after, StringComparison.Ordinal));
        var block = lines.SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```").ToList();
        Assert.NotEmpty(block);
        return string.Join('\n', block);
    }

    private static IEnumerable<string> Keys(JsonObject json) =>
        json.Select(member => member.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> WithoutCounts(string text) =>
        text.Split('\n').Where(line => line.Length > 0 && !line.Contains("matched:", StringComparison.Ordinal));

    /// <summary>The lines that would have led to what the capture shows.</summary>
    private static IEnumerable<string> Lines(JsonObject flow)
    {
        var (match, action) = (flow["match"]!.AsObject(), flow["action"]!.AsObject());
        Assert.All(s_flags, flag => Assert.False(match[flag]!.GetValue<bool>()));
        yield return $"flow {flow["name"]}";
        yield return $"priority {flow["priority"]}";
        if (!flow["persistent"]!.GetValue<bool>()) yield return "no persistent";
        yield return $"timeout hard {flow["hardTimeout"]}";
        yield return $"timeout idle {flow["idleTimeout"]}";
        if (match["inInterfaces"]!.AsArray() is { Count: > 0 } inputs)
            yield return $"match input interface {string.Join(',', inputs)}";
        if (match["ipSrc"] is { } source) yield return $"match source ip {source["ip"]} {source["mask"]}";
        if (match["ipDst"] is { } destination)
            yield return $"match destination ip {destination["ip"]} {destination["mask"]}";
        if (match["ipProto"] is { } protocol) yield return $"match ip protocol {protocol}";
        if (match["ipPortSrc"] is { } sourcePort) yield return $"match source port {sourcePort}";
        if (match["ipPortDst"] is { } destinationPort) yield return $"match destination port {destinationPort}";
        if (action["vlanPCP"] is { } cos) yield return $"action set cos {cos}";
        if (action["outputDrop"]!.GetValue<bool>()) yield return "action drop";
        if (action["outInterfaces"]!.AsArray() is { Count: > 0 } outputs)
            yield return $"action output interface {string.Join(',', outputs)}";
    }
}
