using System.Text;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Csv;
using Assist.Inputs.Formats.PanOs;
using Assist.Outputs.DirectFlow;
using Assist.Rules;
using Assist.Tests.Inputs.Formats.Properties;

namespace Assist.Tests.Inputs.Formats;

/// <summary>What is recalled of the logs before must never be seen in what a log says.</summary>
public sealed class RecallTests
{
    private static readonly string[] s_places = [",", "\"", "0", "1", ":", "-", "\n", "\0", " ", "x", "end", "0.0.0.0", "tcp", "0x19"];

    [Fact]
    public void A_log_reads_the_same_after_any_other()
    {
        var (used, format) = (new SessionLog(), new PanOsFormat());
        foreach (var (message, seed) in Messages())
        {
            var fresh = new SessionLog();
            var expected = Read(format, message, fresh);
            Assert.Equal((seed, expected), (seed, Read(format, message, used)));
        }
    }

    [Fact]
    public void Rules_find_the_same_after_any_other_log()
    {
        RuleOptions[] options =
        [
            Rule("a", ("Rule", "^(web|dns|branch).*[0-9]$"), ("Action", "deny")), Rule("b", ("offloaded", "1")), Rule("c", ("URL", "x")),
            Rule("d", ("Application", "^ssl$"), ("Source Zone", "trust")), Rule("e", ("Threat/Content Type", "end|start")), Rule("f", ("Action", "")),
        ];
        var (format, memory, found) = (new PanOsFormat(), new RuleMemory(), new HashSet<RuleFinding>());
        var (rules, log) = (new RuleSet(options, format, _ => true), new SessionLog());
        foreach (var (message, seed) in Messages())
        {
            if (format.Parse(message, log) != ParseStatus.Session) continue;
            var expected = rules.Find(log);
            Assert.Equal((seed, expected), (seed, rules.Find(log, memory)));
            Assert.Equal((seed, expected), (seed, rules.Find(log, memory)));
            found.Add(expected);
        }
        Assert.True(found.Count > options.Length / 2, "the messages are too much alike");
    }

    [Fact]
    public void A_field_far_behind_is_the_one_that_a_split_finds()
    {
        var (far, split, format) = (new SessionLog(), new SessionLog(), new PanOsFormat());
        foreach (var (message, seed) in Messages().Take(2000))
        {
            if (format.Parse(message, far) != ParseStatus.Session) continue;
            format.Parse(message, split);
            var first = far.Fields.Split;
            for (var i = split.FieldCount + 1; i >= 0; i--)
            {
                Assert.Equal((seed, i, Text(split.Field(i))), (seed, i, Text(CsvFields.FarField(far.Fields, i))));
                // One that had to split everything leaves nothing to find.
                if (far.Fields.Split > first) format.Parse(message, far);
            }
        }
    }

    // One like the one before but for a few bytes, as they come; now and then another one.
    private static IEnumerable<(byte[] Message, string Seed)> Messages()
    {
        var lines = PropertyRun.Sessions.Where(line => line.Format is PanOsFormat).Select(line => line.Bytes).ToArray();
        var message = lines[0];
        for (var i = 0; i < PropertyRun.Lines; i++)
        {
            var random = PropertyRun.RandomFor(i);
            message = random.Next(4) == 0 ? lines[random.Next(lines.Length)] : message;
            for (var changes = random.Next(3); changes > 0; changes--) message = Changed(message, random);
            yield return (message, $"ASSIST_PROPERTY_SEED={PropertyRun.Seed}, line {i}");
        }
    }

    private static byte[] Changed(byte[] message, Random random)
    {
        var at = random.Next(message.Length);
        var place = Encoding.ASCII.GetBytes(s_places[random.Next(s_places.Length)]);
        return [.. message[..at], .. place, .. message[Math.Min(message.Length, at + random.Next(4))..]];
    }

    private static string Read(PanOsFormat format, byte[] message, SessionLog log)
    {
        var status = format.Parse(message, log);
        var values = $"{status} {log.Fault} {log.Header} {log.Layout?.Name} {log.Time:O} {log.Time?.Kind} {log.Obstacles} {log.InVlan} {log.OutVlan} {Tuple5.Of(log)} {log.NatSource} {log.NatDestination}";
        if (status != ParseStatus.Session) return values;
        return $"{values} {log.FieldCount} {string.Join('|', Enumerable.Range(0, log.FieldCount + 1).Select(i => $"{log.Has(i)} {log.IsCutAt(i)} {Text(log.Field(i))}"))}";
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.Latin1.GetString(field);

    private static RuleOptions Rule(string name, params (string Field, string Pattern)[] when) =>
        new() { Name = name, Action = RuleAction.Ignore, When = [.. when.Select(each => new FieldCondition(each.Field, [each.Pattern]))] };
}
