using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.Inputs.Formats;

/// <summary>One parsed message: typed values, and the vendor's fields as bytes. Reused from message to message by one
/// thread; valid until the next <see cref="Reset"/>, as long as the message's memory is.</summary>
public sealed class SessionLog
{
    /// <summary>More fields than any known layout has (PAN-OS 11: 123).</summary>
    public const int MaxFields = 192;

    private object? _memory;
    private LoggedTuple _tuple;
    private (IpAddr Source, IpAddr Destination) _translated;
    private (ushort In, ushort Out) _vlans;
    private Stamp? _stamp;

    /// <summary>The format that read the message; with <c>auto</c> the one it was recognised as.</summary>
    public string Format { get; private set; } = "";

    public FieldLayout? Layout { get; set; }

    internal LogFields Fields { get; } = new();

    public int FieldCount => Fields.Count;

    public IpAddr Source { get => _tuple.Source; set => _tuple.Source = value; }
    public IpAddr Destination { get => _tuple.Destination; set => _tuple.Destination = value; }
    public ushort SourcePort { get => _tuple.SourcePort; set => _tuple.SourcePort = value; }
    public ushort DestinationPort { get => _tuple.DestinationPort; set => _tuple.DestinationPort = value; }
    public IpProtocol Protocol { get => _tuple.Protocol; set => _tuple.Protocol = value; }
    public IpAddr NatSource { get => _translated.Source; set => _translated.Source = value; }
    public IpAddr NatDestination { get => _translated.Destination; set => _translated.Destination = value; }

    /// <summary>VLAN of the firewall's sub-interface, 0 where there is none.</summary>
    public ushort InVlan { get => _vlans.In; set => _vlans.In = value; }
    public ushort OutVlan { get => _vlans.Out; set => _vlans.Out = value; }

    /// <summary>The firewall's clock when it wrote the log; <see cref="DateTimeKind.Utc"/> where the log says the
    /// offset, else unspecified (the firewall's zone); null where unreadable.</summary>
    public DateTime? Time
    {
        get => _stamp?.Time;
        set => _stamp = value is { } time ? new Stamp(time) : null;
    }

    /// <summary>The stamp has no year; <see cref="Time"/> then stands in some leap year.</summary>
    public bool YearUnknown => _stamp is { YearUnknown: true };

    /// <summary>The offset from UTC that the stamp says, where it says one.</summary>
    public TimeSpan? TimeOffset => _stamp?.Offset;

    public BypassObstacles Obstacles { get; set; }

    /// <summary>Why the session ended; <see cref="SessionEnd.None"/> where the log is not one of its end.</summary>
    public SessionEnd End { get; set; }

    /// <summary>The packet belongs to no session that the firewall knows: no policy denied it, and nobody saw the
    /// session begin. It is what comes when a bypass ends.</summary>
    public bool IsOutOfState { get; set; }

    /// <summary>The message shows that it was cut: a key it does not have may have stood behind the cut.</summary>
    public bool IsCut { get => Fields.IsCut; set => Fields.IsCut = value; }

    /// <summary>How the message began, for the operator: "bsd", "rfc5424", "none".</summary>
    public string Header { get; set; } = "none";

    /// <summary>What was wrong, for a malformed message; what it was, for one without a session.</summary>
    public ParseFault Fault { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reset(ReadOnlyMemory<byte> message, string format)
    {
        Fields.Reset(message);
        Format = format;
        Layout = null;
        _tuple = default;
        _translated = default;
        _vlans = default;
        _stamp = null;
        Obstacles = BypassObstacles.None;
        End = SessionEnd.None;
        IsOutOfState = false;
        Header = "none";
        Fault = default;
    }

    /// <summary>Resets the log for a message, and gives its bytes.</summary>
    internal ReadOnlySpan<byte> Begin(ReadOnlyMemory<byte> message, string format)
    {
        Reset(message, format);
        return message.Span;
    }

    /// <summary>Finds the log behind the header; where there is none, the fault says so.</summary>
    /// <param name="none">What was expected.</param>
    internal SyslogHeader FindHeader(ref ReadOnlySpan<byte> text, LogStart begins, string none)
    {
        var header = SyslogHeader.Find(ref text, Fields, begins);
        Header = header.Shape;
        Fault = header.IsFound ? default : new ParseFault(header.Fault is { Length: > 0 } fault ? fault : none);
        return header;
    }

    /// <summary>What a format remembers of the messages before; another format's memory is forgotten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Memory<T>() where T : class, new()
    {
        if (_memory is T memory) return memory;
        memory = new T();
        _memory = memory;
        return memory;
    }

    internal void SetTime(Stamp? stamp) => _stamp = stamp;

    internal ParseStatus Malformed(ParseFault fault)
    {
        Fault = fault;
        return ParseStatus.Malformed;
    }

    /// <param name="column">From 0 on.</param>
    internal ParseStatus Malformed(int column, string reason) => Malformed(new ParseFault(reason, column + 1));

    internal ParseStatus Malformed(string reason, string? key = null) => Malformed(new ParseFault(reason, Key: key));

    internal ParseStatus NotSession(ParseFault fault)
    {
        Fault = fault;
        return ParseStatus.NotSession;
    }

    internal ParseStatus NotSession(string reason, string? key = null) => NotSession(new ParseFault(reason, Key: key));

    /// <summary>True where the message has a field of that name, though it may be empty.</summary>
    public bool Has(int index) => Fields.Has(index);

    /// <summary>True where the message may have been cut before or within the field: nobody knows what stood
    /// there.</summary>
    public bool IsCutAt(int index) => Fields.IsCutAt(index);

    /// <summary>The field's bytes, and whether they are all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal FieldState Look(int index, out ReadOnlySpan<byte> text)
    {
        text = Field(index);
        if (IsCutAt(index)) return FieldState.Cut;
        return Has(index) ? FieldState.Whole : FieldState.Absent;
    }

    /// <summary>The field's bytes; empty where the message has no such field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Field(int index) => Fields.Field(index);

    public ReadOnlySpan<byte> Field(FieldRole role) => Layout is null ? default : Field(Layout.IndexOf(role));

    /// <summary>The field as text for display, or null where it is empty; invalid UTF-8 shows as U+FFFD, a character
    /// that the message's end has cut not at all.</summary>
    public string? Text(FieldRole role)
    {
        var bytes = Field(role);
        if (Layout is not null && IsCutAt(Layout.IndexOf(role))) bytes = WithoutCutCharacter(bytes);
        return bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes);
    }

    private static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> text)
    {
        // At most three bytes of four may be left.
        for (var i = text.Length - 1; i >= 0 && i >= text.Length - 3; i--)
            if (Rune.DecodeFromUtf8(text[i..], out _, out _) == OperationStatus.NeedMoreData) return text[..i];
        return text;
    }

    private struct LoggedTuple
    {
        public IpAddr Source;
        public IpAddr Destination;
        public ushort SourcePort;
        public ushort DestinationPort;
        public IpProtocol Protocol;
    }
}

internal enum FieldState { Whole, Cut, Absent }

/// <summary>What was expected and where, for `explain`: a column or byte, counted from 1, or a key; 0 and null where
/// none applies.</summary>
public readonly record struct ParseFault(string Reason, int Column = 0, string? Key = null, int Byte = 0)
{
    public override string ToString() => this switch
    {
        { Key: { } key } => $"key {key}: {Reason}",
        { Column: > 0 } => $"column {Column}: {Reason}",
        { Byte: > 0 } => $"byte {Byte}: {Reason}",
        _ => Reason,
    };
}
