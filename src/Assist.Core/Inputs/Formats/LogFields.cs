using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assist.Inputs.Formats;

/// <summary>Where a field stands: from 0 on in the message, below in what had to be unquoted.</summary>
internal readonly record struct FieldPlace(int Start, int Length);

/// <summary>Splits the fields that were postponed, from byte <paramref name="start"/> of the message on.</summary>
internal delegate void FieldSplitter(ReadOnlySpan<byte> message, int start, LogFields fields);

/// <summary>The vendor's fields of one message as places in its bytes: in the order of the columns, or by the index
/// that the layout gives to a name. Columns that nobody may ask for are split when somebody does. Used by one
/// thread.</summary>
internal sealed class LogFields
{
    private const int Absent = -1;
    private const int None = int.MinValue;

    private readonly FieldPlace[] _places = new FieldPlace[SessionLog.MaxFields];

    // The array behind the message: to ask a Memory for its span costs as much as to read a short field.
    private byte[] _message = [];
    private int _offset;
    private int _length;
    private byte[] _unquoted = new byte[256];
    private int _unquotedLength;
    private byte[] _joined = [];

    // Where the field begins that ends with the message; its copies begin there too.
    private int _unended = None;
    private FieldSplitter? _splitter;
    private readonly bool[] _doubtful = new bool[SessionLog.MaxFields];
    private bool _hasDoubtful;

    /// <summary>Fields that have been split.</summary>
    public int Split { get; private set; }

    /// <summary>The byte of the message where the postponed fields begin; negative where there are none.</summary>
    public int Postponed { get; private set; } = None;

    /// <summary>The message shows that it was cut: a key it does not have may have stood behind the cut.</summary>
    public bool IsCut { get; set; }

    public int Count
    {
        get
        {
            SplitPostponed();
            return Split;
        }
    }

    public ReadOnlySpan<byte> Message => _message.AsSpan(_offset, _length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reset(ReadOnlyMemory<byte> message)
    {
        var isArray = MemoryMarshal.TryGetArray(message, out var segment);
        (_message, _offset) = isArray ? (segment.Array!, segment.Offset) : (message.ToArray(), 0);
        _length = message.Length;
        _unquotedLength = 0;
        _unended = Postponed = None;
        Split = 0;
        IsCut = _hasDoubtful = false;
    }

    /// <summary>Makes one message of two pieces of another.</summary>
    /// <returns>The message from now on; as long valid as the log.</returns>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> separator, ReadOnlySpan<byte> second)
    {
        var length = first.Length + separator.Length + second.Length;
        if (_joined.Length < length) _joined = new byte[Math.Max(length, 2 * _joined.Length)];
        var joined = _joined;
        first.CopyTo(joined);
        separator.CopyTo(joined.AsSpan(first.Length));
        second.CopyTo(joined.AsSpan(first.Length + separator.Length));
        (_message, _offset, _length) = (joined, 0, length);
        return joined.AsSpan(0, length);
    }

    /// <summary>Begins a log whose fields are found by name: all absent.</summary>
    public void BeginNamed(int count)
    {
        Split = Math.Min(count, _places.Length);
        _places.AsSpan(0, Split).Fill(new FieldPlace(0, Absent));
    }

    /// <summary>Appends a field that stands in the message as it is.</summary>
    public void Add(int start, int length)
    {
        var index = Split;
        if ((uint)index >= (uint)_places.Length) return;
        _places[index] = new FieldPlace(start, length);
        Split = index + 1;
    }

    /// <summary>Where the next fields go; say with <see cref="Added"/> how many have been written.</summary>
    public Span<FieldPlace> Free(int atMost) => _places.AsSpan(Split, atMost - Split);

    public void Added(int count) => Split += count;

    /// <summary>Appends a field whose doubled quotes stand for one (RFC 4180 2.7).</summary>
    public void AddQuoted(ReadOnlySpan<byte> doubled)
    {
        var start = Reserve(doubled.Length);
        for (var i = 0; i < doubled.Length; i++)
        {
            _unquoted[_unquotedLength++] = doubled[i];
            if (doubled[i] == '"' && i + 1 < doubled.Length && doubled[i + 1] == '"') i++;
        }
        Add(-1 - start, _unquotedLength - start);
    }

    /// <summary>The fields from byte <paramref name="start"/> on are split when one of them is asked for.</summary>
    public void Postpone(int start, FieldSplitter splitter) => (Postponed, _splitter) = (start, splitter);

    public void Set(int index, int start, int length) => _places[index] = new FieldPlace(start, length);

    /// <summary>A field that stands elsewhere in the message, such as in a header.</summary>
    public void Set(int index, Range range)
    {
        var (start, length) = range.GetOffsetAndLength(_length);
        Set(index, start, length);
    }

    /// <summary>Gives one field the value of another.</summary>
    public void Copy(int from, int to) => _places[to] = _places[from];

    /// <summary>A field that the message has under no name.</summary>
    public void SetText(int index, ReadOnlySpan<byte> text)
    {
        var start = Reserve(text.Length);
        text.CopyTo(_unquoted.AsSpan(start));
        _unquotedLength += text.Length;
        Set(index, -1 - start, text.Length);
    }

    /// <summary>Sets a field whose backslashes each stand before a byte of <paramref name="escapable"/>; before any
    /// other a backslash is data.</summary>
    public void SetEscaped(int index, ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> escapable)
    {
        var start = Reserve(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && i + 1 < escaped.Length && escapable.Contains(escaped[i + 1])) i++;
            _unquoted[_unquotedLength++] = escaped[i];
        }
        Set(index, -1 - start, _unquotedLength - start);
    }

    /// <summary>The message has the field more than once: what it says is not known to a rule that asks for
    /// it.</summary>
    public void MarkDoubtful(int index)
    {
        if (!_hasDoubtful) Array.Clear(_doubtful);
        _hasDoubtful = _doubtful[index] = true;
    }

    /// <summary>The field's bytes; empty where they are doubtful too.</summary>
    public ReadOnlySpan<byte> Once(int index) => _hasDoubtful && _doubtful[index] ? default : Field(index);

    /// <summary>Nothing stands behind the field that would show that all of it is there.</summary>
    public void MarkUnended(int index) => _unended = _places[index].Start;

    /// <summary>True where the message has a field of that name, though it may be empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int index) => IsField(index) && _places[index].Length != Absent;

    /// <summary>True where nobody knows what the field says: it may have been cut, or is there more than
    /// once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCutAt(int index)
    {
        if (!Has(index)) return index >= Split || IsCut;
        return _places[index].Start == _unended || (_hasDoubtful && _doubtful[index]);
    }

    /// <summary>The field's bytes; empty where the message has no such field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Field(int index)
    {
        if ((uint)index >= (uint)Split) return OtherField(index);
        var (start, length) = _places[index];
        return (start | length) >= 0 ? _message.AsSpan(_offset + start, length) : OtherField(index);
    }

    /// <summary>The text of several fields with the commas between them and around them, so that equal texts are equal
    /// fields; empty where the first or the last was quoted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Stretch(int first, int last)
    {
        if (last >= Split || _places[first].Start <= 0 || _places[last].Start < 0) return default;
        var (start, end) = (_places[first].Start - 1, _places[last].Start + _places[last].Length);
        if (end >= _length) return default;
        var text = _message.AsSpan(_offset + start, end + 1 - start);
        return text[0] == ',' && text[^1] == ',' ? text : default;
    }

    // Not split yet, absent or unquoted.
    private ReadOnlySpan<byte> OtherField(int index)
    {
        if (!IsField(index)) return default;
        var (start, length) = _places[index];
        if (start >= 0 && length >= 0) return _message.AsSpan(_offset + start, length);
        return length == Absent ? default : _unquoted.AsSpan(-1 - start, length);
    }

    // An index behind those that have been split asks for the rest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsField(int index)
    {
        if ((uint)index >= (uint)Split) SplitPostponed();
        return (uint)index < (uint)Split;
    }

    private void SplitPostponed()
    {
        if (Postponed == None) return;
        var start = Postponed;
        Postponed = None;
        _splitter!(Message, start, this);
    }

    private int Reserve(int length)
    {
        if (_unquoted.Length - _unquotedLength < length)
            Array.Resize(ref _unquoted, Math.Max(_unquoted.Length * 2, _unquotedLength + length));
        return _unquotedLength;
    }
}
