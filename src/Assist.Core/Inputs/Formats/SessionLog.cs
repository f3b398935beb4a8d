using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Formats.Csv;
using Assist.Inputs.Formats.PanOs;

namespace Assist.Inputs.Formats;

/// <summary>One parsed message: typed values, and the vendor's fields as bytes. Reused from message to message by one
/// thread; valid until the next <see cref="Reset"/>, as long as the message's memory is.</summary>
public sealed class SessionLog
{
    /// <summary>More fields than any known layout has (PAN-OS 11: 123).</summary>
    public const int MaxFields = 192;

    private const int Absent = -1;
    private const int NoStart = int.MinValue;

    private readonly FieldPlace[] _fields = new FieldPlace[MaxFields];

    // The array behind the message: to ask a Memory for its span costs as much as to read a short field.
    private byte[] _message = [];
    private int _offset;
    private int _length;
    private byte[] _unquoted = new byte[256];
    private int _unquotedLength;

    // Where the field begins that ends with the message; its copies begin there too.
    private int _unended = NoStart;

    // Where the fields begin that have not been split yet; NoStart where there are none.
    private int _rest = NoStart;

    /// <summary>The format that read the message; with <c>auto</c> the one it was recognised as.</summary>
    public string Format { get; set; } = "";

    public FieldLayout? Layout { get; set; }

    public int FieldCount
    {
        get
        {
            SplitRest();
            return SplitFields;
        }
    }

    /// <summary>Fields that have been split.</summary>
    internal int SplitFields { get; private set; }

    /// <summary>What the last PAN-OS logs have in common with this one.</summary>
    internal PanOsSeen PanOs { get; } = new();

    public IpAddr Source { get; set; }
    public IpAddr Destination { get; set; }
    public ushort SourcePort { get; set; }
    public ushort DestinationPort { get; set; }
    public IpProtocol Protocol { get; set; }
    public IpAddr NatSource { get; set; }
    public IpAddr NatDestination { get; set; }

    /// <summary>VLAN of the firewall's sub-interface, 0 where there is none.</summary>
    public ushort InVlan { get; set; }
    public ushort OutVlan { get; set; }

    /// <summary>The firewall's clock when it wrote the log; <see cref="DateTimeKind.Utc"/> where the log says the
    /// offset, else unspecified (the firewall's zone); null where unreadable.</summary>
    public DateTime? Time { get; set; }

    /// <summary>The stamp has no year; <see cref="Time"/> then stands in some leap year.</summary>
    public bool YearUnknown { get; set; }

    /// <summary>The offset from UTC that the stamp says, where it says one.</summary>
    public TimeSpan? TimeOffset { get; set; }

    public BypassObstacles Obstacles { get; set; }

    /// <summary>The message shows that it was cut: a key it does not have may have stood behind the cut.</summary>
    public bool IsCut { get; set; }

    /// <summary>How the message began, for the operator: "bsd", "rfc5424", "none".</summary>
    public string Header { get; set; } = "none";

    /// <summary>What was wrong, for a malformed message; what it was, for one without a session.</summary>
    public ParseFault Fault { get; set; }

    public void Reset(ReadOnlyMemory<byte> message, string format)
    {
        var isArray = MemoryMarshal.TryGetArray(message, out var segment);
        (_message, _offset) = isArray ? (segment.Array!, segment.Offset) : (message.ToArray(), 0);
        _length = message.Length;
        _unquotedLength = 0;
        _unended = _rest = NoStart;
        Format = format;
        Layout = null;
        SplitFields = 0;
        Source = Destination = NatSource = NatDestination = default;
        SourcePort = DestinationPort = InVlan = OutVlan = 0;
        Protocol = default;
        Time = null;
        YearUnknown = false;
        TimeOffset = null;
        Obstacles = BypassObstacles.None;
        IsCut = false;
        Header = "none";
        Fault = default;
    }

    /// <summary>Appends a field that stands in the message as it is.</summary>
    public void AddField(int start, int length)
    {
        var index = SplitFields;
        if ((uint)index >= (uint)_fields.Length) return;
        _fields[index] = new FieldPlace(start, length);
        SplitFields = index + 1;
    }

    /// <summary>Where the next fields go; say with <see cref="AddedFields"/> how many have been written.</summary>
    internal Span<FieldPlace> FreeFields(int atMost) => _fields.AsSpan(SplitFields, atMost - SplitFields);

    internal void AddedFields(int count) => SplitFields += count;

    /// <summary>The fields from there on are split when one of them is asked for.</summary>
    internal void PutOff(int start) => _rest = start;

    private void SplitRest()
    {
        if (_rest == NoStart) return;
        var start = _rest;
        _rest = NoStart;
        CsvFields.SplitRest(_message.AsSpan(_offset, _length), start, this);
    }

    // An index behind those that have been split asks for the rest.
    private bool IsField(int index)
    {
        if ((uint)index >= (uint)SplitFields) SplitRest();
        return (uint)index < (uint)SplitFields;
    }

    /// <summary>Begins a log whose fields are found by name: all absent.</summary>
    public void BeginNamed(int count)
    {
        SplitFields = Math.Min(count, MaxFields);
        _fields.AsSpan(0, SplitFields).Fill(new FieldPlace(0, Absent));
    }

    /// <summary>True where the message has a field of that name, though it may be empty.</summary>
    public bool Has(int index) => IsField(index) && _fields[index].Length != Absent;

    /// <summary>Nothing stands behind the field that would show that all of it is there.</summary>
    internal void MarkUnended(int index) => _unended = _fields[index].Start;

    /// <summary>True where the message may have been cut before or within the field: nobody knows what stood there.</summary>
    public bool IsCutAt(int index) => Has(index) ? _fields[index].Start == _unended : index >= SplitFields || IsCut;

    public void SetField(int index, int start, int length) => _fields[index] = new FieldPlace(start, length);

    /// <summary>A field that stands elsewhere in the message, such as in a header.</summary>
    internal void SetRange(int index, Range range, int messageLength)
    {
        var (start, length) = range.GetOffsetAndLength(messageLength);
        SetField(index, start, length);
    }

    /// <summary>A field that the message has under no name.</summary>
    internal void SetText(int index, ReadOnlySpan<byte> text)
    {
        var start = Reserve(text.Length);
        text.CopyTo(_unquoted.AsSpan(start));
        _unquotedLength += text.Length;
        SetField(index, -1 - start, text.Length);
    }

    internal void SetTime(Stamp? stamp)
    {
        Time = stamp?.Time;
        YearUnknown = stamp?.YearUnknown ?? false;
        TimeOffset = stamp?.Offset;
    }

    internal ParseStatus Malformed(ParseFault fault)
    {
        Fault = fault;
        return ParseStatus.Malformed;
    }

    /// <param name="column">From 0 on.</param>
    internal ParseStatus Malformed(int column, string reason) => Malformed(new ParseFault(reason, column + 1));

    internal ParseStatus Malformed(string reason, string? key = null) => Malformed(new ParseFault(reason, Key: key));

    internal ParseStatus NotSession(string reason, string? key = null)
    {
        Fault = new ParseFault(reason, Key: key);
        return ParseStatus.NotSession;
    }

    /// <summary>Gives one field the value of another.</summary>
    public void CopyField(int from, int to) => _fields[to] = _fields[from];

    /// <summary>Sets a field whose backslashes each stand before a byte of <paramref name="escapable"/>; before any other
    /// a backslash is data.</summary>
    public void SetEscapedField(int index, ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> escapable)
    {
        var start = Reserve(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && i + 1 < escaped.Length && escapable.Contains(escaped[i + 1])) i++;
            _unquoted[_unquotedLength++] = escaped[i];
        }
        SetField(index, -1 - start, _unquotedLength - start);
    }

    /// <summary>Appends a field whose doubled quotes stand for one (RFC 4180 2.7).</summary>
    public void AddQuotedField(ReadOnlySpan<byte> doubled)
    {
        var start = Reserve(doubled.Length);
        for (var i = 0; i < doubled.Length; i++)
        {
            _unquoted[_unquotedLength++] = doubled[i];
            if (doubled[i] == '"' && i + 1 < doubled.Length && doubled[i + 1] == '"') i++;
        }
        AddField(-1 - start, _unquotedLength - start);
    }

    /// <summary>The field's bytes, and whether they are all of them.</summary>
    internal FieldState Look(int index, out ReadOnlySpan<byte> text)
    {
        text = Field(index);
        if (IsCutAt(index)) return FieldState.Cut;
        return Has(index) ? FieldState.Whole : FieldState.Absent;
    }

    /// <summary>The field's bytes; empty where the message has no such field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Field(int index)
    {
        if ((uint)index >= (uint)SplitFields) return OtherField(index);
        var (start, length) = _fields[index];
        return (start | length) >= 0 ? _message.AsSpan(_offset + start, length) : OtherField(index);
    }

    // Not split yet, absent or unquoted.
    private ReadOnlySpan<byte> OtherField(int index)
    {
        if (!IsField(index)) return default;
        var (start, length) = _fields[index];
        if (start >= 0 && length >= 0) return _message.AsSpan(_offset + start, length);
        return length == Absent ? default : _unquoted.AsSpan(-1 - start, length);
    }

    /// <summary>The same for a single field far behind those that have been split, which are left as they are.</summary>
    internal ReadOnlySpan<byte> FarField(int index)
    {
        if (_rest == NoStart || index < SplitFields) return Field(index);
        var text = _message.AsSpan(_offset, _length);
        return DelimiterScanner.TrySkip(text, _rest, index - SplitFields, out var place)
            ? text.Slice(place.Start, place.Length)
            : Field(index);
    }

    /// <summary>The text of several fields with the commas between them and around them, so that equal texts are equal fields;
    /// empty where the first or the last was quoted.</summary>
    internal ReadOnlySpan<byte> Stretch(int first, int last)
    {
        if (last >= SplitFields || _fields[first].Start <= 0 || _fields[last].Start < 0) return default;
        var (start, end) = (_fields[first].Start - 1, _fields[last].Start + _fields[last].Length);
        if (end >= _length) return default;
        var text = _message.AsSpan(_offset + start, end + 1 - start);
        return text[0] == ',' && text[^1] == ',' ? text : default;
    }

    public ReadOnlySpan<byte> Field(FieldRole role) => Layout is null ? default : Field(Layout.IndexOf(role));

    private int Reserve(int length)
    {
        if (_unquoted.Length - _unquotedLength < length)
            Array.Resize(ref _unquoted, Math.Max(_unquoted.Length * 2, _unquotedLength + length));
        return _unquotedLength;
    }

    /// <summary>The field as text for display, or null where it is empty; invalid UTF-8 shows as U+FFFD, a character that the
    /// message's end has cut not at all.</summary>
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
            if (Rune.DecodeFromUtf8(text[i..], out _, out _) == System.Buffers.OperationStatus.NeedMoreData) return text[..i];
        return text;
    }
}

internal enum FieldState { Whole, Cut, Absent }

/// <summary>Where a field stands: from 0 on in the message, below in what had to be unquoted.</summary>
internal readonly record struct FieldPlace(int Start, int Length);

/// <summary>What was expected and where, for `explain`: a column or byte, counted from 1, or a key; 0 and null where none
/// applies.</summary>
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
