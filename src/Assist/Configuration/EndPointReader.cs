using System.Net;

namespace Assist.Configuration;

/// <summary>An address and port to serve on.</summary>
internal static class EndPointReader
{
    /// <param name="port">Of the example in an error.</param>
    /// <param name="narrower">What to do instead of serving everybody.</param>
    /// <returns>Null where it is absent or reported.</returns>
    public static IPEndPoint? Read(Section section, int port, string narrower, Diagnostics faults)
    {
        if (section.Scalar("listen") is not { } value) return null;
        var key = section.PathOf("listen");
        if (HasPort(value.Text) && IPEndPoint.TryParse(value.Text, out var endPoint) && endPoint.Port > 0)
        {
            if (endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any))
                faults.Warn(
                    value.At, $"{key}: {value.Text} serves everybody who reaches this machine; {narrower}");
            return endPoint;
        }
        faults.Error(value.At, $"{key}: \"{value.Text}\" is not an address and port, "
            + $"such as 127.0.0.1:{port} or [::1]:{port}");
        return null;
    }

    // A number alone would be read as an address, and the end of an IPv6 address as a port.
    private static bool HasPort(string text)
    {
        var isSingleColon = text.Count(c => c == ':') == 1;
        return text.LastIndexOf(':') > text.LastIndexOf(']') && (isSingleColon || text[0] == '[');
    }
}
