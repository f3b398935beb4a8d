using Microsoft.Extensions.Logging;

namespace Assist.Configuration;

/// <summary>The levels of the daemon's log, as an operator writes them.</summary>
internal static class LogLevelWords
{
    public static readonly (string Word, LogLevel Level)[] All =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information),
        ("warning", LogLevel.Warning), ("error", LogLevel.Error),
    ];

    public static string Of(LogLevel level) => Array.Find(All, each => each.Level == level).Word ?? "error";

    /// <summary>Null for a word that is none.</summary>
    public static LogLevel? Find(string word) =>
        Array.FindIndex(All, each => each.Word == word) is >= 0 and var found ? All[found].Level : null;
}
