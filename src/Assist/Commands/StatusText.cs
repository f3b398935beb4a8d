using Assist.Control;
using Assist.Flows;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>The status for people, in 80 columns.</summary>
internal static class StatusText
{
    public static void Write(TextWriter output, StatusReport status, bool protectedToo = false)
    {
        output.WriteLine($"assist {status.Version}, pid {status.Pid}, up {Duration(status.UptimeS)}: {status.Health}");
        foreach (var problem in status.Problems) output.WriteLine($"  ! {Printable.Of(problem)}");
        foreach (var notice in status.Notices) output.WriteLine($"  - {Printable.Of(notice)}");
        output.WriteLine($"Configuration   {status.Configuration}");
        foreach (var set in status.ConfigurationState.Sets)
            output.WriteLine($"  --set         {Printable.Of(set)}");
        output.WriteLine($"Mode            {status.Mode}, logs of {status.Format}");
        output.WriteLine($"Listening on    {string.Join(", ", status.Listeners)}; {status.Connections} connections");
        foreach (var address in status.Protected.Where(each => protectedToo || each.Until is not null))
            output.WriteLine($"No drop of      {Printable.Of($"{address}")}");
        if (protectedToo && status.Protected.Count == 0) output.WriteLine("No drop of      nothing is protected");
        WriteSwitch(output, status.Switch);
        WriteTable(output, status.Table);
        WriteEnded(output, status.Table);
        if (status.FlowSpec is { } flowSpec) WriteFlowSpec(output, flowSpec);
        if (status.Escalation is { } escalation)
        {
            output.WriteLine($"Escalation      {escalation.Escalated} repeated drops live longer, "
                + $"{escalation.Remembered} remembered");
            if (escalation.Fault is { } fault)
                output.WriteLine($"  ! a restart forgets them: {Printable.Of(fault)}");
        }
        output.WriteLine($"Messages        {status.Received} received"
            + (status.QueueLength > 0 ? $", {status.QueueLength} waiting for the switch" : ""));
        WriteCounts(output, status.Outcomes);
        WriteTrust(output, status.Trust);
        foreach (var trial in status.Trials ?? [])
            output.WriteLine($"On trial        rule {trial.Rule}: "
                + (trial.Outcomes.Count == 0 ? "no message yet" : $"would have made {Listed(trial.Outcomes)}"));
        foreach (var sink in status.Events ?? []) WriteSink(output, sink);
        foreach (var sender in status.Senders) WriteSender(output, sender);
        foreach (var numbers in (status.Sequences ?? []).Where(each => each.Missing + each.Repeated > 0))
            output.WriteLine($"Log numbers     {numbers.Serial} {numbers.Type}: {numbers.Missing} left out, "
                + $"{numbers.Repeated} repeated");
        if (status.Rejected.Values.Sum() == 0) return;
        output.WriteLine("Refused by the listeners, or cut short");
        WriteCounts(output, status.Rejected);
    }

    private static void WriteSink(TextWriter output, EventSinkStatus sink) =>
        output.WriteLine($"Events to       {Printable.Of(sink.Target)}: {sink.Sent} sent"
            + (sink.Waiting > 0 ? $", {sink.Waiting} waiting" : "")
            + (sink.Refused > 0 ? $", {sink.Refused} refused" : "")
            + (sink.LeftOut > 0 ? $", {sink.LeftOut} left out" : "")
            + (sink.Fault is { } fault ? $"; NOT TAKEN: {Printable.Of(fault)}" : ""));

    private static void WriteTrust(TextWriter output, TrustStatus trust)
    {
        if (trust.Narrowed + trust.Refused + trust.NotExtended == 0) return;
        output.WriteLine($"Limited trust   {trust.Narrowed} drops narrowed, {trust.Refused} refused, "
            + $"{trust.NotExtended} repeats extended none");
    }

    private static void WriteSwitch(TextWriter output, SwitchStatus status)
    {
        var name = string.Join(
            ", ", new[] { status.Hostname, status.Model, status.Version }.Where(part => part.Length > 0));
        output.WriteLine($"Switch          {(status.Reachable ? "answers" : "DOES NOT ANSWER")} on {status.Endpoint}"
            + (name.Length > 0 ? $" ({Printable.Of(name)})" : ""));
    }

    public static void WriteTable(TextWriter output, TableStatus table)
    {
        if (table.DryRun == true) output.WriteLine("DRY RUN         no flow is written to the switch");
        output.WriteLine($"Flow table      {table.Entries} ours, {table.OtherEntries} others of {table.Limit}; "
            + $"{table.DropsLeft} drops or {table.BypassesLeft} bypasses left");
        var shares = table.Shares;
        output.WriteLine($"  in entries    {shares.Denials} denials (at most {shares.DenialLimit}), "
            + $"{shares.Threats} threats, {shares.Bypasses} bypasses");
        foreach (var (action, states) in table.Flows)
        {
            var counts = states.Where(state => state.Value > 0).Select(state => $"{state.Value} {state.Key}").ToList();
            if (counts.Count > 0) output.WriteLine($"  {action,-13} {string.Join(", ", counts)}");
        }
    }

    private static void WriteFlowSpec(TextWriter output, FlowSpecStatus status)
    {
        var rules = status.Rules.Where(rule => rule.Value > 0).Select(rule => $"{rule.Value} {rule.Key}").ToList();
        output.WriteLine($"BGP FlowSpec    {(rules.Count == 0 ? "no rule" : string.Join(", ", rules))} of "
            + $"{status.MaxRules}; engine {(status.Fault is null ? "" : "DOES NOT ANSWER on ")}{status.Engine}");
        foreach (var neighbor in status.Neighbors)
            output.WriteLine($"  to {neighbor.Address,-20} {neighbor.State.Replace('_', ' ')}"
                + (neighbor.FlowSpec ? $", {neighbor.Advertised} rules" : ", not for FlowSpec"));
        var withheld = status.Withheld.Where(reason => reason.Value > 0)
            .Select(reason => $"{reason.Value} {reason.Key.Replace('_', ' ')}").ToList();
        if (withheld.Count > 0) output.WriteLine($"  not announced {string.Join(", ", withheld)}");
    }

    /// <summary>What has become of flows since the start.</summary>
    private static void WriteEnded(TextWriter output, TableStatus table)
    {
        var ended = table.Ended.Values.SelectMany(ends => ends).GroupBy(end => end.Key, end => end.Value)
            .Select(end => KeyValuePair.Create(end.Key, end.Sum()));
        var line = string.Join(", ", table.Totals.Concat(ended).Where(count => count.Value > 0)
            .Select(count => $"{count.Value} {count.Key.Replace('_', ' ')}"));
        if (line.Length > 0) output.WriteLine($"Since the start {line}");
    }

    private static void WriteSender(TextWriter output, SenderStatus sender)
    {
        if (sender.Transports.Count == 0) output.WriteLine($"From            {sender.Sender}: nothing yet");
        foreach (var (transport, heard) in sender.Transports)
            output.WriteLine($"From            {sender.Sender} {transport}: {heard.Received}, the last "
                + $"{Duration(heard.LastMessageAgoS)} ago{Shares(heard.Outcomes)}");
    }

    private static string Listed(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"));

    private static string Shares(IReadOnlyDictionary<string, long> outcomes) => outcomes.Count == 0 ? ""
        : "; " + string.Join(", ", outcomes.OrderByDescending(count => count.Value).Take(3)
            .Select(count => $"{count.Value} {count.Key}"));

    private static void WriteCounts(TextWriter output, IReadOnlyDictionary<string, long> counts)
    {
        foreach (var (name, count) in counts)
            if (count > 0) output.WriteLine($"  {name,-20} {count,12}");
    }

    public static string Duration(long seconds) => seconds switch
    {
        < 60 => $"{seconds} s",
        < 3600 => $"{seconds / 60} min",
        < 86_400 => $"{seconds / 3600} h {seconds % 3600 / 60} min",
        _ => $"{seconds / 86_400} d {seconds % 86_400 / 3600} h",
    };
}
