using System.Runtime.InteropServices;

namespace Assist.Hashing;

/// <summary>The base library ends the process where it finds no OpenSSL, so we look before it does.</summary>
public static class OpenSsl
{
    private static readonly string[] s_libraries = ["libssl.so.3", "libssl.so.1.1", "libssl.so"];

    /// <summary>What to tell where it is missing; null where it is there.</summary>
    public static string? Missing =>
        Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 }
            || s_libraries.Any(name => NativeLibrary.TryLoad(name, out _))
            ? null : "tls needs OpenSSL 1.1.1 or 3 (libssl.so.3), which this system does not have";
}
