namespace Assist;

/// <summary>Says why a file cannot be used, with the way out.</summary>
internal static class IoFault
{
    /// <summary>HResult where another process has the file's lock: EWOULDBLOCK.</summary>
    public const int LockedByAnother = 11;

    /// <summary>Without the file's name, which the caller has.</summary>
    public static string Text(Exception fault) => fault is UnauthorizedAccessException
        ? "this user may not use it; run the command as the daemon's user, for example with sudo"
        : fault.Message;
}
