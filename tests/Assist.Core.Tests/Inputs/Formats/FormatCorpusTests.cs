using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.Keyed;
using Assist.Rules;

namespace Assist.Tests.Inputs.Formats;

/// <summary>The corpus of every format besides PAN-OS CSV: read, cut, changed and appended to.</summary>
public sealed class FormatCorpusTests
{
    private static readonly AutoFormat s_auto = new();

    [Theory]
    [MemberData(nameof(VendorFormats.Names), MemberType = typeof(VendorFormats))]
    public void Every_message_reads_as_its_author_says(string name)
    {
        var log = new SessionLog();
        var wrong = new List<string>();
        foreach (var line in VendorFormats.Corpus(name))
        {
            var status = VendorFormats.Named(name).Parse(line.Bytes, log);
            if (!line.Expected.ContainsKey("status") && status != ParseStatus.Session)
                wrong.Add($"{line.File}:{line.Number}: {status}: {log.Fault}");
            foreach (var (key, expected) in line.Expected)
                if (Corpus.Value(key, status, log) is var read && (read ?? "null") != expected)
                    wrong.Add($"{line.File}:{line.Number}: {key} is {read ?? "null"}, not {expected}; {log.Fault}");
            if (status != ParseStatus.Session && log.Fault.Reason.Length == 0) wrong.Add($"{line.File}:{line.Number}: no reason");
            Assert.Equal(name, log.Format);
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(VendorFormats.Names), MemberType = typeof(VendorFormats))]
    public void Auto_reads_the_same_and_names_the_format(string name)
    {
        var (own, automatic) = (new SessionLog(), new SessionLog());
        var format = VendorFormats.Named(name);
        if (format is CustomFormat) return;
        foreach (var line in VendorFormats.Corpus(name))
        {
            if (format.Parse(line.Bytes, own) != ParseStatus.Session) continue;
            Assert.Equal((line.Message, ParseStatus.Session), (line.Message, s_auto.Parse(line.Bytes, automatic)));
            Assert.Equal((name, Tuple(own), own.Obstacles, own.Time), (automatic.Format, Tuple(automatic), automatic.Obstacles, automatic.Time));
            Assert.Same(automatic.Layout, s_auto.Layouts[automatic.Layout!.Ordinal]);
            Assert.Equal(own.Text(FieldRole.Action), automatic.Text(FieldRole.Action));
        }
    }

    [Fact]
    public void Auto_reads_PAN_OS_and_no_other_format_does()
    {
        var log = new SessionLog();
        foreach (var line in Corpus.Read("pan-os-*.txt").Where(line => !line.Expected.ContainsKey("status")))
        {
            Assert.Equal((ParseStatus.Session, "pan-os"), (s_auto.Parse(line.Bytes, log), log.Format));
            foreach (var format in VendorFormats.All) Assert.NotEqual(ParseStatus.Session, format.Parse(line.Bytes, log));
        }
    }

    [Fact]
    public void No_format_reads_another_s_messages()
    {
        var log = new SessionLog();
        foreach (var owner in VendorFormats.All.Where(format => format is not CustomFormat))
            foreach (var line in VendorFormats.Corpus(owner.Name))
                foreach (var other in VendorFormats.All.Where(format => format != owner && format is not CustomFormat))
                    Assert.NotEqual((owner.Name, other.Name, ParseStatus.Session), (owner.Name, other.Name, other.Parse(line.Bytes, log)));
    }

    [Theory]
    [MemberData(nameof(VendorFormats.Names), MemberType = typeof(VendorFormats))]
    public void A_message_cut_at_any_byte_has_the_same_tuple_or_none(string name)
    {
        var format = VendorFormats.Named(name);
        var (whole, cut) = (new SessionLog(), new SessionLog());
        foreach (var line in VendorFormats.Corpus(name))
        {
            var bytes = line.Bytes;
            var status = format.Parse(bytes, whole);
            for (var length = 0; length < bytes.Length; length++)
            {
                if (format.Parse(bytes.AsMemory(0, length), cut) != ParseStatus.Session) continue;
                if (status != ParseStatus.Session) continue;
                Assert.Equal((line.Number, length, Tuple(whole)), (line.Number, length, Tuple(cut)));
                Assert.Equal(whole.Text(FieldRole.Action), cut.Text(FieldRole.Action));
                // What is cut off must not make a session look bypassable.
                if (whole.Obstacles != BypassObstacles.None)
                    Assert.NotEqual((line.Number, length, BypassObstacles.None), (line.Number, length, cut.Obstacles));
            }
        }
    }

    [Theory]
    [MemberData(nameof(VendorFormats.Names), MemberType = typeof(VendorFormats))]
    public void A_changed_byte_never_throws(string name)
    {
        var random = new Random(20261121);
        var log = new SessionLog();
        var format = VendorFormats.Named(name);
        ReadOnlySpan<byte> hostile = "\0\n\r\",: \\[]=<>|{0129\t;\u00ff"u8;
        foreach (var line in VendorFormats.Corpus(name))
        {
            var bytes = line.Bytes;
            for (var i = 0; i < bytes.Length; i++)
            {
                var original = bytes[i];
                foreach (var other in hostile)
                {
                    bytes[i] = random.Next(4) == 0 ? (byte)random.Next(256) : other;
                    format.Parse(bytes, log);
                    s_auto.Parse(bytes, log);
                }
                bytes[i] = original;
            }
        }
    }

    [Theory]
    [MemberData(nameof(VendorFormats.Names), MemberType = typeof(VendorFormats))]
    public void What_a_later_release_appends_changes_nothing(string name)
    {
        var (before, after) = (new SessionLog(), new SessionLog());
        var format = VendorFormats.Named(name);
        var more = name switch
        {
            "leef" => "|newKey=1|other=\"a|b\"|x=",
            "pan-cloud" => ",new,\"a,b\",,0",
            "check-point" => " new_key=\"1\" other=\"a b\"",
            _ => " new_key=1 other=a",
        };
        foreach (var line in VendorFormats.Corpus(name).Where(line => !line.Expected.ContainsKey("status")))
        {
            var isCsv = line.Message.Contains(",time=", StringComparison.Ordinal);
            format.Parse(line.Bytes, before);
            var appended = line.Message + (isCsv ? more.Replace(' ', ',') : line.Message.Contains('\t') ? more.Replace('|', '\t') : more);
            Assert.Equal((appended, ParseStatus.Session), (appended, format.Parse(Encoding.UTF8.GetBytes(appended), after)));
            Assert.Equal((Tuple(before), before.Obstacles, before.Time, before.Header), (Tuple(after), after.Obstacles, after.Time, after.Header));
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var log = new SessionLog();
        foreach (var format in VendorFormats.All.Append(s_auto))
        {
            var messages = VendorFormats.All.SelectMany(each => VendorFormats.Corpus(each.Name))
                .Select(line => line.Bytes.AsMemory()).ToArray();

            var allocated = Allocation.OfCheapest(() =>
            {
                for (var i = 0; i < 5_000; i++) format.Parse(messages[i % messages.Length], log);
            });
            Assert.Equal((format.Name, 0L), (format.Name, allocated));
        }
    }

    private static object Tuple(SessionLog log) =>
        (log.Source, log.Destination, log.SourcePort, log.DestinationPort, log.Protocol, log.InVlan, log.OutVlan);
}
