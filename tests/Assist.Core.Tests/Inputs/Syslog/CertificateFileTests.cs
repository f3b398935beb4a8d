using System.Security.Cryptography.X509Certificates;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>Certificates end and are replaced while the daemon runs.</summary>
public sealed class CertificateFileTests : IDisposable
{
    private readonly TestCertificates _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task S11_a_new_certificate_is_used_and_a_bad_one_is_not()
    {
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));
        using var before = TlsClient.Open(receiver.Connect(), _files);
        Assert.Equal("CN=server", before.RemoteCertificate!.Subject);

        _files.WriteServer("renewed");
        await Await.Until(() => ServerName(receiver) == "CN=renewed", "the new certificate is used");
        File.WriteAllText(_files.CertificateFile, "garbage");
        // Without a client to make it look.
        await Await.Until(() => receiver.Receiver.Problems.Any(), "the bad one was noticed");

        Assert.Equal("CN=renewed", ServerName(receiver));
        var problem = Assert.Single(receiver.Receiver.Problems);
        Assert.Contains("keeps its certificates, the new ones cannot be used", problem, StringComparison.Ordinal);
        Assert.Contains(_files.CertificateFile, problem, StringComparison.Ordinal);
        await receiver.Logs("keeps its certificates");
        TlsClient.Say(before, "<14>a\n");
        await receiver.Receives("<14>a");
        _files.WriteServer("again");
        await Await.Until(() => !receiver.Receiver.Problems.Any(), "the problem is over");
    }

    [Fact]
    public async Task S11_between_the_two_files_of_a_new_pair_the_old_one_is_used()
    {
        using var renewed = TestCertificate.Issue(
            _files.Authority, "renewed", TestCertificate.ServerAuth, expired: false);
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false));

        _files.WriteServerCertificate(renewed);
        await Await.Until(() => HasKept(receiver), "the key of another certificate was noticed");
        Assert.Equal("CN=server", ServerName(receiver));
        File.WriteAllText(_files.KeyFile, TestCertificates.KeyOf(renewed));

        await Await.Until(() => ServerName(receiver) == "CN=renewed", "the new pair is used");
    }

    [Fact]
    public async Task S11_S12_a_new_authority_counts_for_new_connections_only()
    {
        using var other = TestCertificate.Authority("other");
        using var old = new ClientCertificate().SignedBy(_files.Authority);
        using var young = new ClientCertificate().SignedBy(other);
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: true));
        using var before = TlsClient.Open(receiver.Connect(), _files, certificate: old);
        TlsClient.Say(before, "<14>a\n");
        await receiver.Receives("<14>a");

        _files.WriteAuthority(other);
        await Await.Until(
            () => receiver.Log.All.Any(line => line.Contains("uses the new certificate", StringComparison.Ordinal)),
            "the new authority is used");
        TlsClient.TrySay(receiver.Connect(), _files, certificate: old);
        await receiver.Refuses(SyslogRefusal.ClientCertificate);
        TlsClient.Say(before, "<14>b\n");
        await receiver.Receives("<14>a", "<14>b");
        using var after = TlsClient.Open(receiver.Connect(), _files, certificate: young);
        TlsClient.Say(after, "<14>c\n");

        await receiver.Receives("<14>a", "<14>b", "<14>c");
    }

    [Fact]
    public void S18_the_end_of_the_certificate_is_announced_30_days_before_and_every_day()
    {
        var time = new ManualTimeProvider();
        var end = time.GetUtcNow() + TimeSpan.FromDays(30) + TimeSpan.FromHours(1);
        WriteEnding(time, end);
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false), time: time);

        Assert.Empty(Reminders(receiver));
        Assert.Empty(receiver.Receiver.Notices);
        time.Advance(TimeSpan.FromHours(2));
        Assert.Single(Reminders(receiver));
        Assert.Equal($"tls 127.0.0.1:0: the certificate expires at {end:u}", Assert.Single(receiver.Receiver.Notices));
        time.Advance(TimeSpan.FromHours(24));

        Assert.Equal(2, Reminders(receiver).Length);
        Assert.Empty(receiver.Receiver.Problems);
        time.Advance(TimeSpan.FromDays(15));
        Assert.Contains($"the certificate expires at {end:u}", Assert.Single(receiver.Receiver.Problems));
        Assert.Empty(receiver.Receiver.Notices);
    }

    [Fact]
    public void S18_a_certificate_that_has_ended_is_a_problem_until_it_is_replaced()
    {
        var time = new ManualTimeProvider();
        var end = time.GetUtcNow() + TimeSpan.FromMinutes(1);
        WriteEnding(time, end);
        using var receiver = RunningReceiver.Start(_files.Listener(mutual: false), time: time);

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(
            $"tls 127.0.0.1:0: the certificate expired at {end:u}; replace its files",
            Assert.Single(receiver.Receiver.Problems));
        Assert.Empty(receiver.Receiver.Notices);
        WriteEnding(time, time.GetUtcNow() + TimeSpan.FromDays(90));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(receiver.Receiver.Problems);
        Assert.Empty(receiver.Receiver.Notices);
    }

    private void WriteEnding(ManualTimeProvider time, DateTimeOffset end)
    {
        using var certificate = Ending(time, end);
        _files.WriteServer(certificate);
    }

    private static X509Certificate2 Ending(ManualTimeProvider time, DateTimeOffset end) => new ClientCertificate
    {
        NotBefore = time.GetUtcNow().AddDays(-1),
        NotAfter = end,
    }.SelfSigned();

    private static string[] Reminders(RunningReceiver receiver) =>
        [.. receiver.Log.All.Where(line => line.Contains("has a certificate that expires", StringComparison.Ordinal))];

    private static bool HasKept(RunningReceiver receiver) =>
        receiver.Log.All.Any(line => line.Contains("keeps its certificates", StringComparison.Ordinal));

    private string? ServerName(RunningReceiver receiver)
    {
        using var client = TlsClient.Open(receiver.Connect(), _files);
        return client.RemoteCertificate?.Subject;
    }
}
