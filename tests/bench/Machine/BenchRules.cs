using System.Text;
using Assist.Outputs.DirectFlow;

namespace Assist.Bench.Machine;

/// <summary>Rule sections. In a long one every rule but the last is tried in vain on the logs that are sent.</summary>
internal static class BenchRules
{
    public const string Shipped = "";

    /// <summary>Every fifth is a regular expression; the last drops what was denied.</summary>
    public static string Of(int count)
    {
        var text = new StringBuilder("rules:\n");
        for (var i = 1; i < count; i++) text.Append("  - ").AppendLine(Vain(i));
        text.Append("  - {name: denied-traffic, when: {Type: ^TRAFFIC$, Action: [deny, drop, reset]}, action: drop, ");
        text.AppendLine("match: [src_ip, dst_ip, dst_port, protocol]}");
        return text.ToString();
    }

    private static string Vain(int i) => (i % 5) switch
    {
        0 => $$"""
            {name: r{{i}}, when: {Type: ^TRAFFIC$, Rule: "^(guest|branch)-(wifi|to-lab)-?[0-9]*{{i}}$"}, action: ignore}
            """,
        1 => $$"""{name: r{{i}}, when: {Type: ^TRAFFIC$, Rule: backup-{{i}}}, action: ignore}""",
        2 => $$"""{name: r{{i}}, when: {Type: ^TRAFFIC$, Application: ^application-{{i}}$}, action: bypass}""",
        3 => $$"""{name: r{{i}}, when: {Source Zone: [zone-{{i}}, dmz-{{i}}], Action: deny}, action: ignore}""",
        _ => $$"""{name: r{{i}}, when: {Type: ^THREAT$, Application: web-{{i}}}, action: drop}""",
    };
}
