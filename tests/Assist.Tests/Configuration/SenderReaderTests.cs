using Assist.Configuration;
using Assist.Inputs.Syslog;

namespace Assist.Tests.Configuration;

/// <summary>Entries of firewall.senders that are sections.</summary>
public sealed class SenderReaderTests
{
    private const string Tls =
        "listeners: [{transport: tls, certificate: c, key: k, client_ca: a}]\n";

    [Fact]
    public void A_sender_is_pinned_to_its_serial_number_and_certificate()
    {
        const string Senders =
            "firewall.senders=[192.0.2.1, {address: 192.0.2.2, serial: 007951, certificate: fw.example}]";
        var read = ConfigurationLoader.Parse(Loading.Minimal + Tls, "assist.yaml", [Senders], Formats.Find);
        Assert.Empty(read.Errors);
        var syslog = read.Config!.Syslog;
        Assert.Equal(["192.0.2.1", "192.0.2.2"], syslog.Senders.Select(sender => $"{sender}"));
        Assert.Equal(
            new SenderPin(syslog.Senders[1], "007951", PermittedPeer.Parse("fw.example")), Assert.Single(syslog.Pins));
    }

    [Theory]
    [InlineData("{serial: x}", "firewall.senders.0.address is missing")]
    [InlineData("{address: nobody}", "\"nobody\" is neither an address")]
    [InlineData("{address: 192.0.2.1, serail: x}", "did you mean \"serial\"")]
    [InlineData("{address: 192.0.2.1, certificate: 'a b'}", "is neither a fingerprint")]
    [InlineData("{address: 192.0.2.1, serial: x}", "carry no serial number")]
    [InlineData("{address: 192.0.2.1, certificate: fw.example}", "no listener could see a sender's certificate")]
    public void A_pin_that_cannot_be_met_is_an_error(string sender, string error) => Assert.Contains(
        Loading.Errors(Loading.With("", $"firewall.senders=[{sender}]")),
        each => each.Contains(error, StringComparison.Ordinal));
}
