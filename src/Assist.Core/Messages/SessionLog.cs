using System.Text;
using Assist.Flows;

namespace Assist.Messages;

/// <summary>Why a bypass must not be built for a session: the switch would see other packets than the log describes,
/// or the firewall must keep the session.</summary>
[Flags]
public enum BypassObstacles
{
    None = 0,
    Nat = 1,
    Decrypted = 2,
    Proxied = 4,
    Tunnelled = 8,
    PolicyForwarded = 16,

    /// <summary>The log was written when the session ended.</summary>
    Ended = 32,
}

/// <summary>One parsed message: typed values, and the vendor's fields as bytes. Reused from message to message by one
/// thread; valid until the next <see cref="Reset"/>, as long as the message's memory is.</summary>
public sealed class SessionLog
{
    /// <summary>More fields than any known layout has (PAN-OS 11: 123).</summary>
    public const int MaxFields = 192;

    private readonly int[] _starts = new int[MaxFields];
    private readonly int[] _lengths = new int[MaxFields];
    private ReadOnlyMemory<byte> _message;
    private byte[] _unquoted = new byte[256];
    private int _unquotedLength;

    public FieldLayout? Layout { get; set; }
    public int FieldCount { get; private set; }

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

    public BypassObstacles Obstacles { get; set; }

    /// <summary>How the message began, for the operator: "bsd", "rfc5424", "none".</summary>
    public string Header { get; set; } = "none";

    /// <summary>What was wrong, for a malformed message; what it was, for one without a session.</summary>
    public ParseFault Fault { get; set; }

    public void Reset(ReadOnlyMemory<byte> message)
    {
        _message = message;
        _unquotedLength = 0;
        Layout = null;
        FieldCount = 0;
        Source = Destination = NatSource = NatDestination = default;
        SourcePort = DestinationPort = InVlan = OutVlan = 0;
        Protocol = default;
        Time = null;
        Obstacles = BypassObstacles.None;
        Header = "none";
        Fault = default;
    }

    /// <summary>Appends a field that stands in the message as it is.</summary>
    public void AddField(int start, int length)
    {
        if (FieldCount == MaxFields) return;
        _starts[FieldCount] = start;
        _lengths[FieldCount++] = length;
    }

    /// <summary>Appends a field whose doubled quotes stand for one (RFC 4180 2.7).</summary>
    public void AddQuotedField(ReadOnlySpan<byte> doubled)
    {
        if (_unquoted.Length - _unquotedLength < doubled.Length)
            Array.Resize(ref _unquoted, Math.Max(_unquoted.Length * 2, _unquotedLength + doubled.Length));
        var start = _unquotedLength;
        for (var i = 0; i < doubled.Length; i++)
        {
            _unquoted[_unquotedLength++] = doubled[i];
            if (doubled[i] == '"' && i + 1 < doubled.Length && doubled[i + 1] == '"') i++;
        }
        AddField(-1 - start, _unquotedLength - start);
    }

    /// <summary>The field's bytes; empty where the message has no such field.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        if ((uint)index >= (uint)FieldCount) return default;
        var start = _starts[index];
        return start >= 0
            ? _message.Span.Slice(start, _lengths[index])
            : _unquoted.AsSpan(-1 - start, _lengths[index]);
    }

    public ReadOnlySpan<byte> Field(FieldRole role) => Layout is null ? default : Field(Layout.IndexOf(role));

    /// <summary>The field as text for display, or null where it is empty; invalid UTF-8 shows as U+FFFD.</summary>
    public string? Text(FieldRole role) => Field(role) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
}

/// <summary>What was expected and where, for `explain`. Column counts from 1 in the message's fields, 0 where none applies.</summary>
public readonly record struct ParseFault(string Reason, int Column = 0);
