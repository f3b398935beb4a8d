using Assist.Control;
using Assist.Flows;
using Assist.Logging;

namespace Assist.Commands;

/// <summary>The status for people, in 80 columns.</summary>
internal static class StatusText
{
    public static void Write(TextWriter output, StatusReport status)
    {
        output.WriteLine($"assist {status.Version}, pid {status.Pid}, up {Duration(status.UptimeS)}: {status.Health}");
        foreach (var problem in status.Problems) output.WriteLine($"  ! {Printable.Of(problem)}");
        foreach (var notice in status.Notices) output.WriteLine($"  - {Printable.Of(notice)}");
        output.WriteLine($"Configuration   {status.Configuration}");
        output.WriteLine($"Mode            {status.Mode}, logs of {status.Format}");
        output.WriteLine($"Listening on    {string.Join(", ", status.Listeners)}; {status.Connections} connections");
        var name = string.Join(", ", new[] { status.Switch.Hostname, status.Switch.Model, status.Switch.Version }.Where(part => part.Length > 0));
        output.WriteLine($"Switch          {(status.Switch.Reachable ? "answers" : "DOES NOT ANSWER")} on {status.Switch.Endpoint}"
            + (name.Length > 0 ? $" ({Printable.Of(name)})" : ""));
        WriteTable(output, status.Table);
        WriteEnded(output, status.Table);
        if (status.Escalation is { } escalation)
        {
            output.WriteLine($"Escalation      {escalation.Escalated} drops came back and live longer, {escalation.Remembered} remembered");
            if (escalation.Fault is { } fault) output.WriteLine($"  ! not over a restart: {Printable.Of(fault)}");
        }
        output.WriteLine($"Messages        {status.Received} received"
            + (status.QueueLength > 0 ? $", {status.QueueLength} waiting for the switch" : ""));
        WriteCounts(output, status.Outcomes);
        if (status.Rejected.Values.Sum() == 0) return;
        output.WriteLine("Refused before they were messages, or cut");
        WriteCounts(output, status.Rejected);
    }

    public static void WriteTable(TextWriter output, TableStatus table)
    {
        output.WriteLine($"Flow table      {table.Entries} ours, {table.OtherEntries} others of {table.Limit}; "
            + $"{table.DropsLeft} drops or {table.BypassesLeft} bypasses left");
        foreach (var (action, states) in table.Flows)
            if (states.Values.Sum() > 0)
                output.WriteLine($"  {action,-13} " + string.Join(", ", states.Where(state => state.Value > 0).Select(state => $"{state.Value} {state.Key}")));
    }

    /// <summary>What has become of flows since the start.</summary>
    private static void WriteEnded(TextWriter output, TableStatus table)
    {
        var counts = table.Totals.Where(total => total.Value > 0).Select(total => $"{total.Value} {total.Key.Replace('_', ' ')}")
            .Concat(table.Ended.Values.SelectMany(ends => ends).GroupBy(end => end.Key, end => end.Value)
                .Where(end => end.Sum() > 0).Select(end => $"{end.Sum()} {end.Key.Replace('_', ' ')}"));
        var line = string.Join(", ", counts);
        if (line.Length > 0) output.WriteLine($"Since the start {line}");
    }

    private static void WriteCounts(TextWriter output, IReadOnlyDictionary<string, long> counts)
    {
        foreach (var (name, count) in counts)
            if (count > 0) output.WriteLine($"  {name,-20} {count,12}");
    }

    private static string Duration(long seconds) => seconds switch
    {
        < 60 => $"{seconds} s",
        < 3600 => $"{seconds / 60} min",
        < 86_400 => $"{seconds / 3600} h {seconds % 3600 / 60} min",
        _ => $"{seconds / 86_400} d {seconds % 86_400 / 3600} h",
    };
}
