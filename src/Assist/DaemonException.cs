namespace Assist;

/// <summary>The daemon cannot start or go on, or cannot be reached; the message is one line for the operator.</summary>
internal sealed class DaemonException(string message, Exception? inner = null) : Exception(message, inner);
