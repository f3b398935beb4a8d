using System.Globalization;
using Assist.Inputs.Formats;
using Assist.Telemetry;

namespace Assist.Pipeline;

/// <summary>The number that a firewall gives to a log.</summary>
internal static class LogNumber
{
    /// <summary>Null where the format numbers nothing, or the firewall is not named.</summary>
    public static SequenceKey? KeyOf(SessionLog log) =>
        log.Layout?.IndexOf(FieldRole.Sequence) is >= 0
            ? SequenceKey.Of(log.Field(FieldRole.Serial), log.Field(FieldRole.Type).SequenceEqual("THREAT"u8)) : null;

    /// <summary>0 where it is none, or not whole.</summary>
    public static ulong Of(SessionLog log)
    {
        var column = log.Layout!.IndexOf(FieldRole.Sequence);
        return !log.IsCutAt(column)
            && ulong.TryParse(log.Field(column), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0;
    }
}
