using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assist.Addresses;

namespace Assist.Inputs.Syslog;

/// <summary>What a sender has to show besides its address.</summary>
/// <param name="Serial">The firewall's serial number, as its logs have it; null for any.</param>
/// <param name="Certificate">The client certificate of its TLS connections, without which nothing of it is taken; null
/// for none.</param>
public sealed record SenderPin(IpPrefix Sender, string? Serial, PermittedPeer? Certificate);

/// <summary>The pins of all senders. Immutable; of several for an address the first counts.</summary>
public sealed class SenderPins(IEnumerable<SenderPin> pins)
{
    private readonly (IpPrefix Sender, byte[] Serial)[] _serials =
    [
        .. pins.Where(pin => pin.Serial is not null)
            .Select(pin => (pin.Sender, Encoding.UTF8.GetBytes(pin.Serial!))),
    ];

    private readonly SenderPin[] _certificates = [.. pins.Where(pin => pin.Certificate is not null)];

    public static SenderPins None { get; } = new([]);

    /// <summary>True where the serial number of some sender is asked for, so that it is worth reading.</summary>
    public bool AskForSerials => _serials.Length > 0;

    /// <summary>False where the sender is to have another serial number than its log says.</summary>
    public bool HasSerial(IpAddr sender, ReadOnlySpan<byte> serial)
    {
        foreach (var (prefix, expected) in _serials)
            if (prefix.Contains(sender)) return serial.SequenceEqual(expected);
        return true;
    }

    /// <summary>True where nothing of the sender is taken unless it comes over TLS with its certificate.</summary>
    internal bool NeedsCertificate(IpAddr sender) => CertificateOf(sender) is not null;

    /// <summary>False where the sender is to have another certificate, or one at all.</summary>
    internal bool HasCertificate(IpAddr sender, X509Certificate? certificate) =>
        CertificateOf(sender) is not { } peer
        || (certificate is X509Certificate2 leaf && peer.Matches(leaf, CertificateNames.Of(leaf)));

    private PermittedPeer? CertificateOf(IpAddr sender)
    {
        foreach (var pin in _certificates)
            if (pin.Sender.Contains(sender)) return pin.Certificate;
        return null;
    }
}
