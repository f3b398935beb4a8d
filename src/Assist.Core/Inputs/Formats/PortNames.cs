using System.Text;
using Assist.Addresses;

namespace Assist.Inputs.Formats;

/// <summary>The names that the original DirectFlow Assist gave to sessions whose log names no application, and by
/// which an old configuration marks them.</summary>
internal static class PortNames
{
    private static readonly Dictionary<(byte Protocol, ushort Port), byte[]> s_names = Read(
        "20 FTP_Data tcp udp,21 FTP_Control tcp udp,22 SSH tcp udp,23 Telnet tcp udp,25 SMTP tcp udp,53 DNS tcp udp,"
        + "69 TFTP tcp udp,80 HTTP tcp,110 POP3 tcp,115 SFTP tcp,143 IMAP tcp,161 SNMP udp,162 SNMPTRAP tcp udp,"
        + "179 BGP tcp,389 LDAP tcp udp,443 HTTPS tcp,546 DHCP_client tcp udp,547 DHCP_server tcp udp");

    /// <summary>Empty where there is none.</summary>
    public static ReadOnlySpan<byte> Of(IpProtocol protocol, ushort destinationPort) =>
        protocol == IpProtocol.Icmp ? "ping"u8 : s_names.GetValueOrDefault((protocol.Number, destinationPort));

    private static Dictionary<(byte, ushort), byte[]> Read(string table)
    {
        var names = new Dictionary<(byte, ushort), byte[]>();
        foreach (var words in table.Split(',').Select(entry => entry.Split(' ')))
            foreach (var protocol in words[2..])
                names[(protocol == "tcp" ? IpProtocol.Tcp.Number : IpProtocol.Udp.Number, ushort.Parse(words[0]))] =
                    Encoding.ASCII.GetBytes(words[1]);
        return names;
    }
}
