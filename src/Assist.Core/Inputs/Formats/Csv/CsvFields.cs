using System.Runtime.CompilerServices;
using Assist.Addresses;

namespace Assist.Inputs.Formats.Csv;

/// <summary>One field of a record, its quotes taken off.</summary>
/// <param name="Next">Where the next field begins; only where <paramref name="Delimited"/>.</param>
/// <param name="Delimited">A comma follows.</param>
/// <param name="Doubled">It holds doubled quotes.</param>
/// <param name="Stray">A quote in it is neither doubled nor the closing one.</param>
/// <param name="Open">The closing quote is missing.</param>
internal readonly record struct CsvField(
    int Start, int Length, int Next, bool Delimited, bool Doubled = false, bool Stray = false, bool Open = false);

/// <summary>Splits a record as RFC 4180 says, leniently where that cannot move a needed field: a quote within an
/// unquoted field is data, a line feed outside quotes ends the record.</summary>
internal static class CsvFields
{
    private const int MaxNeededLength = 256;
    private const int End = -1;
    private const string TooLong = "the field is longer than 256 bytes";

    private static readonly FieldSplitter s_splitRest = SplitRest;

    /// <summary>Adds the fields from <paramref name="start"/> on to the log. The first <paramref name="needed"/> ones
    /// must each be followed by a comma: a cut 10.1.1.1 may have been 10.1.1.10. So must those before
    /// <paramref name="shortest"/>, or they are left out. False, and a fault in the log, where a needed one is bad.
    /// What comes behind the shortest record is split when somebody asks for it: few rules do.</summary>
    public static bool Split(ReadOnlySpan<byte> text, int start, int needed, int shortest, SessionLog log)
    {
        if (TrySplit(text, ref start, needed, shortest, shortest, log.Fields) is { } fault)
        {
            log.Fault = fault;
            return false;
        }
        if (start != End) log.Fields.Postpone(start, s_splitRest);
        return true;
    }

    /// <summary>The bytes of a single field far behind those that have been split, which are left as they
    /// are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> FarField(LogFields fields, int index)
    {
        if (fields.Postponed < 0 || index < fields.Split) return fields.Field(index);
        var text = fields.Message;
        return DelimiterScanner.TrySkip(text, fields.Postponed, index - fields.Split, out var place)
            ? text.Slice(place.Start, place.Length)
            : fields.Field(index);
    }

    /// <summary>False, with the fault in the log, where something else than an address or nothing stands
    /// there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAddress(SessionLog log, int column, out IpAddr address)
    {
        if (FieldValues.TryAddress(log.Field(column), out address)) return true;
        log.Fault = new ParseFault("not an IP address", column + 1);
        return false;
    }

    /// <summary>False, with the fault in the log, where something else than a port or nothing stands there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPort(SessionLog log, int column, out ushort port)
    {
        if (FieldValues.TryPort(log.Field(column), out port)) return true;
        log.Fault = new ParseFault("not a port from 0 to 65535", column + 1);
        return false;
    }

    private static void SplitRest(ReadOnlySpan<byte> text, int start, LogFields fields) =>
        TrySplit(text, ref start, needed: 0, shortest: 0, SessionLog.MaxFields, fields);

    // Until there are as many as wanted or, at the end, no more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ParseFault? TrySplit(
        ReadOnlySpan<byte> text, ref int at, int needed, int shortest, int wanted, LogFields fields)
    {
        while (fields.Split < wanted)
        {
            // Nearly all of them: not quoted, not the last and without a NUL.
            var before = fields.Split;
            fields.Added(DelimiterScanner.ReadFields(text, ref at, fields.Free(wanted), out var longest));
            if (longest > MaxNeededLength && FirstTooLong(before, needed, fields) is { } tooLong)
                return new ParseFault(TooLong, tooLong + 1);
            if (fields.Split == wanted) break;
            var column = fields.Split;
            var field = Read(text, at);
            if (column < needed && FaultOf(text, field) is { } reason) return new ParseFault(reason, column + 1);
            at = End;
            if (field.Open || (!field.Delimited && column < shortest - 1)) break;
            if (field.Doubled) fields.AddQuoted(text.Slice(field.Start, field.Length));
            else fields.Add(field.Start, field.Length);
            if (!field.Delimited)
            {
                fields.MarkUnended(column);
                break;
            }
            at = field.Next;
        }
        return null;
    }

    private static int? FirstTooLong(int from, int needed, LogFields fields)
    {
        for (var column = from; column < Math.Min(needed, fields.Split); column++)
            if (fields.Field(column).Length > MaxNeededLength) return column;
        return null;
    }

    private static string? FaultOf(ReadOnlySpan<byte> text, in CsvField field)
    {
        if (field.Open) return "the quoted field is not closed";
        if (field.Stray) return "a quote within a quoted field is not doubled";
        if (!field.Delimited) return "the message ends before a field that is needed";
        if (field.Length > MaxNeededLength) return TooLong;
        return text.Slice(field.Start, field.Length).Contains((byte)0) ? "the field holds a NUL" : null;
    }

    private static CsvField Read(ReadOnlySpan<byte> text, int at) =>
        at < text.Length && text[at] == '"' ? ReadQuoted(text, at + 1) : ReadUnquoted(text, at);

    private static CsvField ReadUnquoted(ReadOnlySpan<byte> text, int start)
    {
        var rest = text[start..];
        var length = rest.IndexOfAny((byte)',', (byte)'\n');
        if (length >= 0 && rest[length] == ',') return new CsvField(start, length, start + length + 1, Delimited: true);
        if (length < 0) length = rest.Length;
        while (length > 0 && rest[length - 1] is (byte)'\r' or 0) length--;
        return new CsvField(start, length, text.Length, Delimited: false);
    }

    private static CsvField ReadQuoted(ReadOnlySpan<byte> text, int start)
    {
        bool doubled = false, stray = false;
        var at = start;
        while (true)
        {
            var found = text[at..].IndexOf((byte)'"');
            if (found < 0) return new CsvField(start, text.Length - start, text.Length, Delimited: false, Open: true);
            var quote = at + found;
            at = quote + 1;
            if (at == text.Length || text[at] is (byte)'\r' or (byte)'\n' or 0)
                return new CsvField(start, quote - start, text.Length, Delimited: false, doubled, stray);
            if (text[at] == ',')
                return new CsvField(start, quote - start, at + 1, Delimited: true, doubled, stray);
            if (text[at] == '"')
            {
                doubled = true;
                at++;
            }
            else
            {
                stray = true;
            }
        }
    }
}
