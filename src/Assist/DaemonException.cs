namespace Assist;

/// <summary>The daemon cannot start or go on, or cannot be reached; the message is one line for the operator.</summary>
internal class DaemonException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The daemon runs, as far as one can tell, and cannot be asked.</summary>
internal sealed class NoAnswerException(string message, Exception? inner = null) : DaemonException(message, inner);
