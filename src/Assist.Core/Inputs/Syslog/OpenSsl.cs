using System.Runtime.InteropServices;

namespace Assist.Inputs.Syslog;

/// <summary>The base library ends the process where it finds no OpenSSL, so we look before it does.</summary>
internal static class OpenSsl
{
    private static readonly string[] s_libraries = ["libssl.so.3", "libssl.so.1.1", "libssl.so"];

    public static void Require(string listener)
    {
        if (Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 }) return;
        foreach (var name in s_libraries)
            if (NativeLibrary.TryLoad(name, out _)) return;
        throw new ListenerException(
            $"cannot listen on {listener}: tls needs OpenSSL 1.1.1 or 3 (libssl.so.3), "
            + "which this system does not have");
    }
}
