namespace Assist.Inputs.Syslog;

public enum FrameStatus
{
    /// <summary>No whole message is there; receive more.</summary>
    Incomplete,
    Message,

    /// <summary>The beginning of a message over the limit; its rest is skipped.</summary>
    Oversize,

    /// <summary>The stream ended inside an octet-counted frame; nothing of it is handed out.</summary>
    Cut,

    /// <summary>An octet count that cannot be one; nothing after it can be trusted.</summary>
    Fault,
}

/// <summary>Finds the messages in a stream. Every frame may be octet-counted (RFC 6587 3.4.1) or a line (3.4.2), since
/// firewalls choose by their header format and relays mix both. Write into <see cref="Free"/>, say how much with
/// <see cref="Advance"/>, then call <see cref="Read"/> until it is incomplete. A message is valid until the next
/// <see cref="Free"/>.</summary>
public sealed class FrameReader
{
    private const int ReadAhead = 64 << 10;
    private const byte Lf = (byte)'\n';
    private const byte Nul = 0;

    private readonly int _maxMessage;
    private readonly byte[] _buffer;
    private State _state;

    // Unread bytes of the buffer.
    private int _start;
    private int _end;

    // Bytes of the current line that hold no delimiter, so that no byte is searched twice.
    private int _searched;

    // Octets of the current counted frame still to come.
    private int _octets;

    public FrameReader(int maxMessage = SyslogOptions.MaxMessageLength)
    {
        _maxMessage = maxMessage;
        // A line is over the limit when M bytes, a CR and one more are there without a delimiter.
        _buffer = GC.AllocateUninitializedArray<byte>(maxMessage + 2 + ReadAhead);
    }

    private enum State { Between, Undecided, Line, Octets, RestOfLine, RestOfOctets, Faulted }

    /// <summary>True from the first byte of a frame until its last.</summary>
    public bool InFrame => _state is not State.Between;

    /// <summary>Frames begun so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Room for the next bytes of the stream, never empty.</summary>
    public Span<byte> Free
    {
        get
        {
            if (_start == _end) _start = _end = 0;
            // A frame moves at most once: from then on it begins at zero.
            else if (_start > 0 && _buffer.Length - _end < ReadAhead / 4) MoveToFront();
            return _buffer.AsSpan(_end);
        }
    }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public void Advance(int count) => _end += count;

    public FrameStatus Read(out ReadOnlyMemory<byte> message)
    {
        FrameStatus? status;
        do status = Step(out message); while (status is null);
        return status.Value;
    }

    /// <summary>Call once when the stream has ended in order. A last line may lack its LF; a counted frame that lacks
    /// octets is never a message.</summary>
    public FrameStatus End(out ReadOnlyMemory<byte> message)
    {
        message = default;
        var state = _state;
        _state = State.Between;
        if (state is State.Octets) return FrameStatus.Cut;
        return state is State.Undecided or State.Line ? TakeLine(_end - _start, out message) : FrameStatus.Incomplete;
    }

    // Null: the state has changed, go on.
    private FrameStatus? Step(out ReadOnlyMemory<byte> message)
    {
        message = default;
        return _state switch
        {
            State.Between => FindStart(),
            State.Undecided => Decide(),
            State.Line => ReadLine(out message),
            State.Octets => ReadOctets(out message),
            State.RestOfLine => SkipLine(),
            State.RestOfOctets => SkipOctets(),
            _ => FrameStatus.Fault,
        };
    }

    private FrameStatus? FindStart()
    {
        // Delimiters after an octet frame, empty lines, and blanks before a PRI: not a message and not the end.
        var offset = Unread.IndexOfAnyExcept("\n\r\0 \t"u8);
        _start = offset < 0 ? _end : _start + offset;
        if (offset < 0) return FrameStatus.Incomplete;
        Frames++;
        _searched = 0;
        _state = State.Undecided;
        return null;
    }

    private FrameStatus? Decide()
    {
        var kind = OctetCount.Read(Unread, out _octets, out var length);
        if (kind is OctetCountKind.Undecided) return FrameStatus.Incomplete;
        _start += length;
        _state = kind switch
        {
            OctetCountKind.Valid => State.Octets,
            OctetCountKind.Impossible => State.Faulted,
            _ => State.Line,
        };
        return null;
    }

    private FrameStatus? ReadLine(out ReadOnlyMemory<byte> message)
    {
        var at = Unread[_searched..].IndexOfAny(Lf, Nul);
        if (at >= 0)
        {
            _state = State.Between;
            return TakeLine(_searched + at, out message);
        }
        message = default;
        _searched = _end - _start;
        if (_searched < _maxMessage + 2) return FrameStatus.Incomplete;
        message = _buffer.AsMemory(_start, _maxMessage);
        _start = _end;
        _state = State.RestOfLine;
        return FrameStatus.Oversize;
    }

    private FrameStatus TakeLine(int length, out ReadOnlyMemory<byte> message)
    {
        // One CR, not all: how long a line is must not depend on how much of it was seen at once.
        var text = length > 0 && Unread[length - 1] == '\r' ? length - 1 : length;
        message = _buffer.AsMemory(_start, Math.Min(text, _maxMessage));
        _start = Math.Min(_start + length + 1, _end);
        return text > _maxMessage ? FrameStatus.Oversize : FrameStatus.Message;
    }

    private FrameStatus? ReadOctets(out ReadOnlyMemory<byte> message)
    {
        message = default;
        var wanted = Math.Min(_octets, _maxMessage);
        if (_end - _start < wanted) return FrameStatus.Incomplete;
        message = _buffer.AsMemory(_start, wanted);
        _start += wanted;
        _octets -= wanted;
        if (_octets > 0)
        {
            _state = State.RestOfOctets;
            return FrameStatus.Oversize;
        }
        _state = State.Between;
        message = message.TrimStart((byte)' ').TrimEnd("\r\n\0"u8);
        return FrameStatus.Message;
    }

    private FrameStatus? SkipLine()
    {
        var at = Unread.IndexOfAny(Lf, Nul);
        _start = at < 0 ? _end : _start + at + 1;
        if (at < 0) return FrameStatus.Incomplete;
        _state = State.Between;
        return null;
    }

    // Exactly as many as were counted, whatever they look like: text in a message must never become a message.
    private FrameStatus? SkipOctets()
    {
        var skipped = Math.Min(_octets, _end - _start);
        _start += skipped;
        _octets -= skipped;
        if (_octets > 0) return FrameStatus.Incomplete;
        _state = State.Between;
        return null;
    }

    private void MoveToFront()
    {
        Unread.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }
}
