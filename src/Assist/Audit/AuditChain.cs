using System.Text;
using System.Text.Json;
using Assist.Hashing;

namespace Assist.Audit;

/// <summary>Where a chain of records stands: the last one's number and hash.</summary>
internal readonly record struct AuditHead(long Number, string Hash)
{
    /// <summary>Before the first record.</summary>
    public static AuditHead None { get; } = new(0, new string('0', 64));
}

/// <summary>Records as lines: each carries the hash of the one before and ends with its own, so that a record that was
/// changed, taken out or moved shows.</summary>
internal static class AuditChain
{
    private const int HashLength = 64;
    private static readonly byte[] s_own = ",\"hash\":\""u8.ToArray();
    private static readonly byte[] s_end = "\"}"u8.ToArray();

    /// <summary>The record as the next line, without its line end.</summary>
    public static byte[] Add(AuditRecord record, ref AuditHead head)
    {
        var next = record with { Number = head.Number + 1, Previous = head.Hash };
        var body = JsonSerializer.SerializeToUtf8Bytes(next, AuditJson.Default.AuditRecord);
        head = new AuditHead(next.Number, HashOf(body));
        return [.. body.AsSpan(0, body.Length - 1), .. s_own, .. Encoding.ASCII.GetBytes(head.Hash), .. s_end];
    }

    /// <summary>The record and its hash; null where the line is not whole or its hash does not belong to it.</summary>
    public static (AuditRecord Record, string Hash)? Read(ReadOnlySpan<byte> line)
    {
        var own = line.Length - s_end.Length - HashLength - s_own.Length;
        if (own < 1 || !line.EndsWith(s_end) || !line[own..].StartsWith(s_own)) return null;
        var hash = Encoding.ASCII.GetString(line.Slice(own + s_own.Length, HashLength));
        byte[] body = [.. line[..own], (byte)'}'];
        if (HashOf(body) != hash) return null;
        try
        {
            return JsonSerializer.Deserialize(body, AuditJson.Default.AuditRecord) is { } record
                ? (record, hash) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(Sha256.Hash(body));
}
