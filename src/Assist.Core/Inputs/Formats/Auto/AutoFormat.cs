using Assist.Inputs.Formats.Cef;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;

namespace Assist.Inputs.Formats.Auto;

/// <summary>Recognises the format of each message by how it begins and leaves the rest to that format, which then has the
/// only say: what one format refuses is not offered to the next.</summary>
public sealed class AutoFormat : IMessageFormat
{
    private readonly PanOsFormat _panOs = new();
    private readonly PanCloudFormat _panCloud = new();
    private readonly PanOsCefFormat _cef = new();
    private readonly PanOsLeefFormat _leef = new();
    private readonly FortiGateFormat _fortiGate = new();
    private readonly CheckPointFormat _checkPoint = new();
    private readonly VArmourFormat _vArmour = new();
    private readonly CyphortFormat _cyphort = new();
    private readonly Dictionary<IMessageFormat, FieldLayout[]> _layouts = [];

    public AutoFormat()
    {
        var all = new List<FieldLayout>();
        foreach (var format in (IMessageFormat[])[_panOs, _panCloud, _cef, _leef, _fortiGate, _checkPoint, _vArmour, _cyphort])
        {
            var first = all.Count;
            var layouts = format.Layouts.Select(layout => layout.At(first + layout.Ordinal)).ToArray();
            _layouts.Add(format, layouts);
            all.AddRange(layouts);
        }
        Layouts = all;
    }

    public string Name => "auto";

    public IReadOnlyList<FieldLayout> Layouts { get; }

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (Recognise(message.Span) is not { } format)
        {
            log.Reset(message, Name);
            return log.Malformed(ReasonOf(message.Span));
        }
        var status = format.Parse(message, log);
        if (log.Layout is { } layout) log.Layout = _layouts[format][layout.Ordinal];
        return status;
    }

    private IMessageFormat? Recognise(ReadOnlySpan<byte> text)
    {
        // The CSVs come first: an unquoted field of theirs, a user say, may hold anything.
        if (PanCloudFormat.Find(text, out _) >= 0) return _panCloud;
        if (PanOsStart.Find(text).Fault is null) return _panOs;
        var cef = CefStart.Find(text);
        if (cef.Fault is null) return OfVendor(text, cef);
        if (PanOsLeefFormat.TryFind(text, out _, out _)) return _leef;
        var pairs = PairStart.Find(text);
        if (VArmourFormat.Recognises(text, pairs)) return _vArmour;
        if (FortiGateFormat.Recognises(text, pairs)) return _fortiGate;
        return CheckPointFormat.Recognises(text, pairs) ? _checkPoint : null;
    }

    private static string ReasonOf(ReadOnlySpan<byte> text)
    {
        if (!SyslogHeader.TrySkipPri(text, out _, out _)) return "the PRI is not <0> to <191>";
        return CefStart.Find(text).Fault is null
            ? "CEF of another vendor than Palo Alto Networks, Fortinet, Check Point and Cyphort"
            : "the beginning of no known format: a PAN-OS CSV, CEF:, LEEF:, vArmour va_syslog:, date= or devname=, Action= or key:\"";
    }

    private IMessageFormat? OfVendor(ReadOnlySpan<byte> text, in CefStart cef)
    {
        if (PanOsCefFormat.Recognises(text, cef)) return _cef;
        if (FortiGateFormat.Recognises(text, cef)) return _fortiGate;
        if (CheckPointFormat.Recognises(text, cef)) return _checkPoint;
        return CyphortFormat.Recognises(text, cef) ? _cyphort : null;
    }
}
