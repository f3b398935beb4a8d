using Assist.Control;

namespace Assist.LiveView;

/// <summary>One flow: what it is, why it is there, how it stands on the switch, and what has become of it.</summary>
internal sealed class FlowDetail(FlowStatus flow, FlowReport? report, int width)
{
    private const int LabelWidth = 12;

    private readonly List<Line> _lines = [];

    public IReadOnlyList<Line> Lines()
    {
        Say("", flow.Name);
        Flow();
        Title("Why it is there");
        if (report is null) Say("", "nothing more is known of it");
        else Why(report);
        Title("On the switch");
        OnSwitch();
        if (report is { History.Count: > 0 }) History(report);
        return _lines;
    }

    private void Flow()
    {
        Say("action", flow.Action + (flow.Class is { } kind ? $" ({kind})" : "")
            + (flow.Merged == true ? ", of several denied ports" : ""));
        if (flow.Match is { } match) Say("matches", $"{match}");
        if (report?.Cause?.Since is { } since) Say("since", $"{Clock(since)}, {Amounts.Time(flow.BegunAgoS)} ago");
        if (report?.Cause?.Until is { } until)
            Say("until", $"{Clock(until)}, in {Amounts.Time(flow.ExpiresInS)}, unless its log repeats");
        if (flow.EndedAgoS is { } ago) Say("ended", $"{Amounts.Time(ago)} ago: {flow.State}");
        Say("timeouts", $"{flow.HardTimeoutS} s from its installation, {flow.IdleTimeoutS} s from the last packet");
        if (flow.Escalation is { } level) Say("came back", $"{level} times, so it lives longer");
    }

    private void Why(FlowReport known)
    {
        Say("our rule", flow.Rule ?? "none");
        if (known.Cause?.Message is not { } message)
        {
            Say("message", "not known: of an earlier run, or the switch alone was asked");
            return;
        }
        Say("firewall", $"rule {Quoted(message.FirewallRule)}, application {Quoted(message.Application)}, session "
            + Quoted(message.SessionId));
        Say("sender", $"{message.Sender ?? "unknown"} by {message.Transport ?? "an unknown transport"}"
            + (message.Verified == true ? ", certificate verified" : "") + $", read as {message.Format}, "
            + Clock(new DateTimeOffset(message.Received, TimeSpan.Zero)));
        if (message.Text is { } text) Say("message", text);
    }

    private void OnSwitch()
    {
        if (flow.EndedAgoS is null)
            Say("state", $"{flow.State}, {flow.Entries} entries of priority {flow.Priority}");
        Say("counted", $"{flow.Packets?.ToString() ?? "unknown"} packets, {flow.Bytes?.ToString() ?? "unknown"} bytes, "
            + $"{Amounts.Rate(flow.PacketsPerMinute)} packets a minute");
        Say("its answer", flow.Rejection ?? flow.State switch
        {
            "programmed" => "it was read back, every entry of it",
            "pending" => "it was sent and has not been read back yet",
            "requested" => "it was not sent yet",
            _ => "none",
        });
        var label = "commands";
        foreach (var command in report?.Commands ?? [])
        {
            Say(label, command);
            label = "";
        }
    }

    private void History(FlowReport known)
    {
        Title("What has become of it");
        foreach (var fact in known.History)
            Say(Clock(new DateTimeOffset(fact.Time, TimeSpan.Zero)),
                fact.Event.Replace('_', ' ') + (fact.Reason is { } reason ? $": {reason}" : ""));
    }

    private void Title(string text) => _lines.AddRange([Line.Of(""), Line.Of(text, Look.Strong)]);

    private void Say(string label, string text)
    {
        var begin = label.PadRight(LabelWidth);
        foreach (var part in Cells.Wrap(text, Math.Max(10, width - LabelWidth)))
        {
            _lines.Add(Line.Of(begin, Look.Faint).Add(part));
            begin = new string(' ', LabelWidth);
        }
    }

    // The text of a log must not look like words of ours.
    private static string Quoted(string? text) => text is null ? "unknown" : $"\"{text.Replace('"', '\'')}\"";

    private static string Clock(DateTimeOffset at)
    {
        var local = at.ToLocalTime();
        return local.Date == TimeProvider.System.GetLocalNow().Date ? $"{local:HH:mm:ss}" : WallClock.Text(at);
    }
}
