using System.Runtime.InteropServices;
using Assist.Configuration;

namespace Assist.Daemon;

/// <summary>The authorities that the system trusts: some 150, each of which the base library reads twice as soon as a
/// listener's certificate is put to use, and keeps. Only the listener's own authority vouches for its clients; what
/// stands between the two must be in the files of the configuration, or sent.</summary>
internal static partial class SystemAuthorities
{
    private const string Nothing = "/dev/null";

    /// <summary>Has them left out of this process, where neither the switch nor a receiver of events is judged by them.
    /// To be called before anything uses OpenSSL.</summary>
    public static void LeaveOut(AssistConfig config)
    {
        if (config.Eapi is { Https: not null, Ca: null } || config.Outward.Events?.TrustsSystem == true) return;
        // Environment.SetEnvironmentVariable does not reach native code.
        SetEnvironment("SSL_CERT_FILE", Nothing, 1);
        SetEnvironment("SSL_CERT_DIR", Nothing, 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
