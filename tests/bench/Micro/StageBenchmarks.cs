using Assist.Addresses;
using Assist.Bench.Machine;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;
using BenchmarkDotNet.Attributes;

namespace Assist.Bench.Micro;

/// <summary>A hundred messages in one read of a connection.</summary>
[MemoryDiagnoser]
public class FramerBenchmarks
{
    private const int Messages = 100;
    private readonly FrameReader _reader = new();
    private byte[] _lines = [];
    private byte[] _counted = [];

    [GlobalSetup]
    public void Setup()
    {
        var line = Pipeline.Line(TimeProvider.System.GetUtcNow().UtcDateTime, 1);
        byte[] counted = [.. System.Text.Encoding.ASCII.GetBytes($"{line.Length} "), .. line];
        byte[] ended = [.. line, (byte)'\n'];
        (_lines, _counted) = (Repeat(ended), Repeat(counted));
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int Lines() => Read(_lines);

    [Benchmark(OperationsPerInvoke = Messages)]
    public int OctetCounted() => Read(_counted);

    private static byte[] Repeat(byte[] frame) => [.. Enumerable.Repeat(frame, Messages).SelectMany(bytes => bytes)];

    private int Read(byte[] stream)
    {
        var count = 0;
        for (var at = 0; at < stream.Length;)
        {
            var free = _reader.Free;
            var length = Math.Min(free.Length, stream.Length - at);
            stream.AsSpan(at, length).CopyTo(free);
            _reader.Advance(length);
            at += length;
            while (_reader.Read(out _) == FrameStatus.Message) count++;
        }
        return count;
    }
}

/// <summary>One message of each format, from bytes to values.</summary>
[MemoryDiagnoser]
public class FormatBenchmarks
{
    private readonly SessionLog _log = new();
    private IMessageFormat _format = new PanOsFormat();
    private ReadOnlyMemory<byte> _message;

    [Params("pan-os", "fortigate", "check-point", "cef", "leef")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _format = Format switch
        {
            "fortigate" => new FortiGateFormat(),
            "check-point" => new CheckPointFormat(),
            "cef" => new PanOsCefFormat(),
            "leef" => new PanOsLeefFormat(),
            _ => new PanOsFormat(),
        };
        _message = Format == "pan-os"
            ? Pipeline.Line(TimeProvider.System.GetUtcNow().UtcDateTime, 1)
            : System.Text.Encoding.UTF8.GetBytes(FirstOf(Format));
        if (_format.Parse(_message, _log) != ParseStatus.Session)
            throw new InvalidOperationException($"{Format}: {_log.Fault}");
    }

    [Benchmark]
    public ParseStatus Parse() => _format.Parse(_message, _log);

    // The corpus of the tests: its first line that is a message.
    private static string FirstOf(string format)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Assist.sln"))) folder = folder.Parent;
        return File.ReadLines(Path.Combine(folder!.FullName, "tests/corpus", $"{format}.txt"))
            .First(line => line.Length > 0 && line[0] != '#');
    }
}

/// <summary>A parsed message to its decision, and the same with everything a receiving thread does.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private Pipeline _pipeline = new(BenchRules.Shipped);

    [Params(0, 10, 50)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup() => _pipeline = new Pipeline(Count == 0 ? BenchRules.Shipped : BenchRules.Of(Count));

    [Benchmark]
    public Decision ParseAndDecide() => _pipeline.Decide();

    [Benchmark]
    public void ToDuplicate() => _pipeline.Handle();
}

/// <summary>Repeats among many flows: on the receiving thread, and at the table.</summary>
[MemoryDiagnoser]
public class TableBenchmarks
{
    private readonly DuplicateFilter _filter = new(TimeSpan.FromHours(1));
    private FlowTable _table = new(new TableOptions(), new FlowPlanner(Pipeline.Topology));
    private int _next;

    [Params(1, 1000, 100_000)]
    public int Flows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _table = new FlowTable(new TableOptions { Capacity = 1_000_000 }, new FlowPlanner(Pipeline.Topology));
        for (var i = 0; i < Flows; i++)
        {
            _filter.Remember(Flow(i), TimeSpan.Zero);
            _table.Offer(VerdictOf(i), TimeSpan.Zero);
        }
    }

    [Benchmark]
    public bool FilterRepeat() => _filter.IsRepeat(Flow(Next()), TimeSpan.FromSeconds(1), 0);

    [Benchmark]
    public Flows.Outcome TableRepeat() => _table.Offer(VerdictOf(Next()), TimeSpan.FromSeconds(1));

    // All over them, so that the processor's caches do not help more than they would.
    private int Next() => (_next = (_next + 7919) % Flows);

    private static Verdict VerdictOf(int number) =>
        new(Flow(number), new FlowTimeouts(1800, 300), default, "denied-traffic");

    private static FlowIdentity Flow(int number) => new(
        FlowAction.Drop,
        new FlowMatch
        {
            Source = IpAddr.V4(0x0a000000u + (uint)number),
            Destination = IpAddr.V4(0xcb007109),
            DestinationPort = 443,
            Protocol = IpProtocol.Tcp,
        },
        Placement.Anywhere);
}
