using Assist.Inputs.Formats.Cef;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;

namespace Assist.Inputs.Formats.Auto;

/// <summary>Recognises the format of each message by how it begins and leaves the rest to that format, which then has
/// the only say: what one format refuses is not offered to the next.</summary>
public sealed class AutoFormat : IMessageFormat
{
    private const string UnknownVendor =
        "CEF of another vendor than Palo Alto Networks, Fortinet, Check Point and Cyphort";
    private const string UnknownBeginning =
        "the beginning of no known format: a PAN-OS CSV, CEF:, LEEF:, "
        + "vArmour va_syslog:, date= or devname=, Action= or key:\"";

    private static readonly LogStart s_begins = Begins;

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
        IMessageFormat[] formats = [_panOs, _panCloud, _cef, _leef, _fortiGate, _checkPoint, _vArmour, _cyphort];
        foreach (var format in formats)
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
        var text = log.Begin(message, Name);
        var header = log.FindHeader(ref text, s_begins, UnknownBeginning);
        if (!header.IsFound) return ParseStatus.Malformed;
        if (Recognise(text, header.End, log) is not { } format) return log.Malformed(UnknownVendor);
        var status = format.Parse(message, log);
        if (log.Layout is { } layout) log.Layout = _layouts[format][layout.Ordinal];
        return status;
    }

    private static bool Begins(ReadOnlySpan<byte> text, int at) =>
        PanOsStart.Begins(text, at) || PanCloudFormat.Begins(text, at) || CefStart.Begins(text, at)
        || PanOsLeefFormat.Begins(text, at) || VArmourFormat.Begins(text, at) || FortiGateFormat.Begins(text, at)
        || CheckPointFormat.Begins(text, at);

    private IMessageFormat? Recognise(ReadOnlySpan<byte> text, int at, SessionLog log)
    {
        if (PanOsStart.Begins(text, at)) return _panOs;
        if (PanCloudFormat.Begins(text, at)) return _panCloud;
        if (PanOsLeefFormat.Begins(text, at)) return _leef;
        if (VArmourFormat.Begins(text, at)) return _vArmour;
        if (FortiGateFormat.Begins(text, at)) return _fortiGate;
        if (CheckPointFormat.Begins(text, at)) return _checkPoint;
        return CefStart.TryFind(ref text, log, out var cef) ? OfVendor(text, cef) : _cef;
    }

    private IMessageFormat? OfVendor(ReadOnlySpan<byte> text, in CefStart cef)
    {
        if (PanOsCefFormat.Recognises(text, cef)) return _cef;
        if (FortiGateFormat.Recognises(text, cef)) return _fortiGate;
        if (CheckPointFormat.Recognises(text, cef)) return _checkPoint;
        return CyphortFormat.Recognises(text, cef) ? _cyphort : null;
    }
}
