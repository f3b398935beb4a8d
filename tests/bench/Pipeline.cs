using System.Text;
using Assist.Configuration;
using Assist.Enforcement;
using Assist.Flows;
using Assist.Guards;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Syslog;
using Assist.Outputs.DirectFlow;
using Assist.Pipeline;
using Assist.Rules;
using Assist.Telemetry;

namespace Assist.Bench;

/// <summary>The stages from bytes to decision, in this process.</summary>
internal sealed class Pipeline
{
    private const string Wiring = """
        firewall: {senders: [127.0.0.1], clock: utc}
        listeners: [{transport: udp, port: 9514}]
        zones:
          a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
          b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}
        switch: {eapi: "unix:/eos"}

        """;

    private readonly SessionLog _log = new();
    private readonly PanOsFormat _format = new();
    private readonly DecisionPipeline _pipeline;
    private readonly DateTime _now = TimeProvider.System.GetUtcNow().UtcDateTime;
    private readonly MessageHandler _handler;

    /// <param name="rules">The section of the configuration; none takes the shipped ones.</param>
    public Pipeline(string rules)
    {
        var read = ConfigurationLoader.Parse(Wiring + rules, "bench.yaml", [], _ => _format);
        var config = read.Config ?? throw new ArgumentException(string.Join("; ", read.Errors), nameof(rules));
        var guards = new Admission(config.NeverDrop, Enum.GetValues<FlowAction>());
        _pipeline = new DecisionPipeline(_format, config.Decisions, guards, TimeSpan.FromHours(1));
        var intake = new MessageIntake(_pipeline, new VerdictInbox(), new Counters(), TimeProvider.System);
        _handler = intake.HandlerFor(Transport.Udp);
        Message = Line(_now, 1);
    }

    /// <summary>The wiring of every benchmark.</summary>
    public static Topology Topology { get; } =
        ConfigurationLoader.Parse(Wiring, "bench.yaml", [], _ => new PanOsFormat()).Config!.Topology;

    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>Parses and decides.</summary>
    public Decision Decide()
    {
        _format.Parse(Message, _log);
        return _pipeline.Decide(_log, _now);
    }

    /// <summary>As a receiving thread does it, duplicates and counters included.</summary>
    public void Handle() => _handler(Message, default);

    /// <summary>A denied session of the given number.</summary>
    public static byte[] Line(DateTime now, int number)
    {
        var time = now.ToString("yyyy/MM/dd HH:mm:ss");
        var source = $"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}";
        return Encoding.ASCII.GetBytes(
            $"<14>Nov 21 10:00:00 fw-1 1,{time},0079,TRAFFIC,deny,2561,{time},{source},203.0.113.9,"
            + $"0.0.0.0,0.0.0.0,branch-to-web,,,ssl,vsys1,inside,outside,ethernet1/1,ethernet1/2,offload,{time},1,1,"
            + $"51007,443,0,0,0x0,tcp,deny,0,0,0,1,{time},0,any,0,1,0x0,US,US,0,1,0,policy-deny,0,0,0,0,,fw-1,"
            + "from-policy,,,0,,0,,N/A,0,0,0,0,5d1f6a50-0c0e-4f6e-9a52-0d6d3b1c7e11,0");
    }
}
