using System.Diagnostics;
using System.Text;
using Assist.Addresses;
using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Rules;

namespace Assist.Fuzz;

/// <summary>A format under mutated messages. What must hold: no exception, a reason for every refusal, a tuple that
/// stands in the message, the same reading twice and under auto, and time linear in the length.</summary>
internal sealed class FormatTarget(IMessageFormat format)
{
    // About a hundred times what a message takes.
    private static readonly TimeSpan s_perKilobyte = TimeSpan.FromMilliseconds(0.5);

    private readonly AutoFormat _auto = new();
    private readonly SessionLog _log = new();
    private readonly SessionLog _second = new();

    public string? Check(byte[] message)
    {
        var status = format.Parse(message, _log);
        if (IsSlow(message)) return "slow";
        if (status != ParseStatus.Session) return _log.Fault.Reason is null or "" ? "refused without a reason" : null;
        if (!format.Layouts.Contains(_log.Layout)) return "a layout of another format";
        if (!IsInText(message, _log.Source) || !IsInText(message, _log.Destination))
            return "an address that is not in the message";
        if (!_log.Protocol.HasPorts && (_log.SourcePort | _log.DestinationPort) != 0)
            return "ports of a protocol without ports";
        if (_log.Source.IsKnown && _log.Destination.IsKnown && _log.Source.Bits != _log.Destination.Bits)
            return "two address families";
        if (format.Parse(message, _second) != status || !Same(_log, _second)) return "read twice, read differently";
        return CheckAuto(message);
    }

    /// <summary>auto may know a message as another format's, but what it reads as this one's is the same.</summary>
    private string? CheckAuto(byte[] message) =>
        _auto.Parse(message, _second) == ParseStatus.Session && _second.Format == format.Name && !Same(_log, _second)
            ? "read differently under auto"
            : null;

    // A busy machine is slow once in a while; a message that is slow is so each time.
    private bool IsSlow(byte[] message)
    {
        for (var i = 0; i < 50; i++)
        {
            var started = Stopwatch.GetTimestamp();
            format.Parse(message, _log);
            if (Stopwatch.GetElapsedTime(started) <= s_perKilobyte * (1 + message.Length / 1024)) return false;
        }
        return true;
    }

    private static bool Same(SessionLog a, SessionLog b) =>
        (a.Source, a.Destination, a.SourcePort, a.DestinationPort, a.Protocol, a.Obstacles)
        == (b.Source, b.Destination, b.SourcePort, b.DestinationPort, b.Protocol, b.Obstacles);

    // IPv6 has many spellings; IPv4 has one.
    private static bool IsInText(byte[] message, IpAddr address) =>
        !address.IsKnown || !address.IsV4 || message.AsSpan().IndexOf(Encoding.ASCII.GetBytes(address.ToString())) >= 0
        || message.AsSpan().IndexOf((byte)':') >= 0;
}
