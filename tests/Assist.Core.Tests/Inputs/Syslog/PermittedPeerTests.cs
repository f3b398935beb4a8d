using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>Which certificates prove a permitted client.</summary>
public sealed class PermittedPeerTests : IDisposable
{
    private const string NotPermitted = "not one of permitted_peers";

    private readonly TestCertificates _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string, string, string, bool> Names => new()
    {
        { "S7", "fw1.example.net", "fw1.example.net", true },
        { "S7", "fw1.example.net", "fw2.example.net", false },
        { "S7", "fw1.example.net", "fw1.example.net.evil.net", false },
        { "S7", "fw1.example.net", "xfw1.example.net", false },
        { "S7", "fw1", "fw1", true },
        { "S8", "*.example.net", "fw1.example.net", true },
        { "S8", "*.example.net", "a.b.example.net", false },
        { "S8", "*.example.net", "example.net", false },
        { "S8", "*.example.net", ".example.net", false },
        { "S8", "fw1.example.net", "*.example.net", true },
        { "S8", "a.b.example.net", "*.example.net", false },
        { "S8", "*.example.net", "*.example.net", true },
        { "S8", "foo.x.bar", "foo.*.bar", false },
        { "S8", "abc.bar", "a*c.bar", false },
        { "S8", "*.bar", "a*c.bar", false },
        { "S8", "*.bar", "**.bar", false },
        { "S8", "fw1", "*", false },
        { "S8", "fw1.net", "*", false },
        { "S9", "fw1.example.net", "fw1.example.net\0.evil.net", false },
        { "S9", "*.evil.net", "fw1.example.net\0.evil.net", false },
        { "S9", "fw1.example.net", "FW1.Example.NET.", true },
        { "S9", "FW1.example.net.", "fw1.example.net", true },
        { "S9", "xn--fw-eka.example.net", "XN--FW-eka.example.net", true },
        { "S9", "xn--fw-eka.example.net", "fw\u00fc.example.net", false },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void S7_S8_S9_a_name_matches_label_by_label(string row, string permitted, string stated, bool isPermitted)
    {
        Assert.NotEmpty(row);
        using var certificate = new ClientCertificate { Names = [stated] }.SignedBy(_files.Authority);

        Assert.Equal(isPermitted ? null : NotPermitted, Judge(certificate, permitted));
    }

    [Fact]
    public void S9_a_NUL_in_one_name_is_held_against_all_of_them()
    {
        using var certificate =
            new ClientCertificate { Names = ["fw1.example.net", "a\0b"] }.SignedBy(_files.Authority);

        Assert.Equal(NotPermitted, Judge(certificate, "fw1.example.net"));
    }

    [Theory]
    [InlineData("CN=fw1.example.net", null, true)]
    [InlineData("CN=fw1.example.net", "other.example.net", false)]
    [InlineData("CN=fw1.example.net, O=x, CN=other.example.net", null, true)]
    [InlineData("CN=other.example.net, O=x, CN=fw1.example.net", null, false)]
    [InlineData("O=fw1.example.net", null, false)]
    [InlineData("CN=\"fw1.example.net,\"", null, false)]
    public void S7_the_common_name_counts_only_without_other_names(string subject, string? stated, bool isPermitted)
    {
        using var certificate = new ClientCertificate { Subject = subject, Names = stated is null ? [] : [stated] }
            .SignedBy(_files.Authority);

        Assert.Equal(isPermitted ? null : NotPermitted, Judge(certificate, "fw1.example.net"));
    }

    [Theory]
    [InlineData("192.0.2.10", "192.0.2.10", true)]
    [InlineData("192.0.2.10", "192.0.2.11", false)]
    [InlineData("2001:DB8:0::1", "2001:db8::1", true)]
    public void S7_an_address_matches_an_address_only(string permitted, string stated, bool isPermitted)
    {
        using var certificate = new ClientCertificate { Addresses = [stated] }.SignedBy(_files.Authority);
        using var named = new ClientCertificate { Names = [stated.Replace(':', '-')] }.SignedBy(_files.Authority);

        Assert.Equal(isPermitted ? null : NotPermitted, Judge(certificate, permitted));
        Assert.Equal(NotPermitted, Judge(named, permitted));
    }

    [Fact]
    public void S7_a_fingerprint_matches_in_any_case_and_with_either_hash()
    {
        using var certificate = new ClientCertificate().SignedBy(_files.Authority);
        using var other = new ClientCertificate().SignedBy(_files.Authority);
        var sha256 = PermittedPeer.FingerprintOf(certificate);
        var sha1 = $"sha-1:{certificate.GetCertHashString(HashAlgorithmName.SHA1)}";

        foreach (var form in new[] { sha256, sha256.ToLowerInvariant(), sha256.ToUpperInvariant(), sha1 })
        {
            Assert.Null(Judge(certificate, "fw1.example.net", form));
            Assert.Equal(NotPermitted, Judge(other, form));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("f*.example.net")]
    [InlineData("fw1.*.net")]
    [InlineData("fw1..net")]
    [InlineData("fw 1")]
    [InlineData("fw\u00fc.example.net")]
    [InlineData("sha-256:AB:CD")]
    [InlineData("sha-1:zz:9b:75:08:a1:9a:4f:d5:0c:21:8d:0b:d2:42:29:4a:69:ba:47:b1")]
    [InlineData("sha-512:00")]
    public void What_is_neither_name_nor_address_nor_fingerprint_is_no_peer(string text) =>
        Assert.Null(PermittedPeer.Parse(text));

    [Fact]
    public void S10_without_an_authority_the_fingerprint_is_the_proof()
    {
        using var certificate = new ClientCertificate().SelfSigned();
        using var other = new ClientCertificate().SelfSigned();
        var fingerprint = PermittedPeer.FingerprintOf(certificate);

        Assert.Null(JudgeBy(null, certificate, fingerprint));
        Assert.Equal(NotPermitted, JudgeBy(null, other, fingerprint));
        Assert.Equal("UntrustedRoot", JudgeBy(_files.Authority, certificate, fingerprint));
    }

    [Theory]
    [InlineData(-2, -1)]
    [InlineData(1, 2)]
    public void S6_S10_a_certificate_out_of_its_time_is_refused_in_either_mode(int from, int to)
    {
        var now = TimeProvider.System.GetUtcNow();
        var terms = new ClientCertificate { NotBefore = now.AddHours(from), NotAfter = now.AddHours(to) };
        using var alone = terms.SelfSigned();
        using var signed = terms.SignedBy(_files.Authority);

        Assert.Equal("NotTimeValid", JudgeBy(null, alone, PermittedPeer.FingerprintOf(alone)));
        Assert.Equal("NotTimeValid", JudgeBy(_files.Authority, signed));
    }

    [Fact]
    public void S6_weak_keys_and_signatures_are_refused()
    {
        using var smallKey = new ClientCertificate { RsaBits = 1024 }.SignedBy(_files.Authority);
        using var oldHash = new ClientCertificate { Hash = HashAlgorithmName.SHA1 }.SignedBy(_files.Authority);
        using var sound = new ClientCertificate { RsaBits = 2048 }.SignedBy(_files.Authority);

        const string Weak = "a key under 2048 bits (RSA) or 256 bits (EC), or a SHA-1 signature";
        Assert.Equal(Weak, JudgeBy(_files.Authority, smallKey));
        Assert.Equal(Weak, JudgeBy(_files.Authority, oldHash));
        Assert.Null(JudgeBy(_files.Authority, sound));
        Assert.Equal(Weak, JudgeBy(null, smallKey, PermittedPeer.FingerprintOf(smallKey)));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void S6_a_chain_that_is_too_long_is_refused(int authorities, bool isAccepted)
    {
        var chain = new List<X509Certificate2> { _files.Authority };
        for (var i = 0; i < authorities; i++)
            chain.Add(new ClientCertificate { Subject = $"CN=authority {i}", IsAuthority = true }.SignedBy(chain[^1]));
        using var certificate = new ClientCertificate().SignedBy(chain[^1]);

        var fault = JudgeBy(_files.Authority, certificate, chain, []);

        Assert.Equal(isAccepted ? null : "more than 6 certificates up to the authority", fault);
        foreach (var authority in chain.Skip(1)) authority.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S7_S10_over_TLS_a_permitted_client_is_heard_and_another_is_not(bool mutual)
    {
        using var permitted = mutual
            ? new ClientCertificate { Names = ["fw1.example.net"] }.SignedBy(_files.Authority)
            : new ClientCertificate().SelfSigned();
        using var other = mutual
            ? new ClientCertificate { Names = ["fw2.example.net"] }.SignedBy(_files.Authority)
            : new ClientCertificate().SelfSigned();
        var peer = mutual ? "FW1.example.net" : PermittedPeer.FingerprintOf(permitted);
        using var receiver = RunningReceiver.Start(_files.Listener(mutual, peer));
        using var client = TlsClient.Open(receiver.Connect(), _files, certificate: permitted);

        TlsClient.Say(client, "<14>a\n");
        await receiver.Receives("<14>a");
        TlsClient.TrySay(receiver.Connect(), _files, certificate: other);
        await receiver.Refuses(SyslogRefusal.ClientCertificate);
        TlsClient.TrySay(receiver.Connect(), _files);
        await receiver.Refuses(SyslogRefusal.ClientCertificate, 2);

        Assert.Equal(["<14>a"], receiver.Messages);
        // As the operator would write it to let that client in.
        await receiver.Logs($"client certificate with {PermittedPeer.FingerprintOf(other)}: {NotPermitted}");
    }

    private string? Judge(X509Certificate2 certificate, params string[] permitted) =>
        JudgeBy(_files.Authority, certificate, permitted);

    private static string? JudgeBy(
        X509Certificate2? authority, X509Certificate2 certificate, params string[] permitted) =>
        JudgeBy(authority, certificate, [], permitted);

    private static string? JudgeBy(
        X509Certificate2? authority, X509Certificate2 certificate, IEnumerable<X509Certificate2> others,
        string[] permitted)
    {
        var peers = permitted.Select(PermittedPeer.Parse).OfType<PermittedPeer>().ToList();
        Assert.Equal(permitted.Length, peers.Count);
        var check = new ClientCheck(
            authority is null ? null : [authority], permitted.Length == 0 ? null : peers, TimeProvider.System);
        using var chain = new X509Chain { ChainPolicy = check.NewPolicy() };
        foreach (var other in others) chain.ChainPolicy.ExtraStore.Add(other);
        var errors = chain.Build(certificate) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
        return check.Fault(certificate, chain, errors)?.Split(": ", 2)[1];
    }
}
