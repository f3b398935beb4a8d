using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assist.Configuration;

namespace Assist.Tests.Configuration;

/// <summary>`check` loads the files that a configuration names and says what is wrong with each.</summary>
public sealed class NamedFilesTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("assist-files-");
    private readonly X509Certificate2 _authority = Make("authority", isAuthority: true);

    public NamedFilesTests()
    {
        WriteServer(Make("server", signer: _authority));
        Write("ca.crt", _authority.ExportCertificatePem());
        Write("password", "secret\n");
        foreach (var secret in new[] { "server.key", "password" })
            File.SetUnixFileMode(Named(secret), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void Good_files_are_good()
    {
        var result = Judge();

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.NotNull(result.Config);
    }

    [Theory]
    [InlineData(-90, -1, "expired at 2026-11-27 12:00:00Z; replace the file")]
    [InlineData(1, 90, "is not valid before 2026-11-29 12:00:00Z; check this machine's clock, which says "
        + "2026-11-28 12:00:00Z, or replace the file")]
    public void A_certificate_out_of_its_time_is_an_error_of_check_and_does_not_stop_a_start(
        int begin, int end, string words)
    {
        WriteServer(Make("server", signer: _authority, begin: begin, end: end));

        FailsAt("6:43", $"listeners.0.certificate: {Named("server.crt")}: the certificate {words}");
        Assert.NotNull(Judge(FileGravity.Unusable).Config);
    }

    [Fact]
    public void A_certificate_that_ends_within_14_days_is_a_warning()
    {
        WriteServer(Make("server", signer: _authority, end: 13));

        Assert.Contains(
            "the certificate expires at 2026-12-11 12:00:00Z; replace the file before that",
            Assert.Single(Judge().Warnings).Message, StringComparison.Ordinal);
        WriteServer(Make("server", signer: _authority, end: 15));
        Assert.Empty(Judge().Warnings);
    }

    [Fact]
    public void A_certificate_for_clients_alone_is_an_error_of_check_and_does_not_stop_a_start()
    {
        WriteServer(Make("server", signer: _authority, usage: TestCertificate.ClientAuth));

        Assert.Contains(
            "its extended key usage lacks serverAuth", Assert.Single(Judge().Errors).Message, StringComparison.Ordinal);
        Assert.NotNull(Judge(FileGravity.Unusable).Config);
    }

    [Fact]
    public void A_byte_order_mark_is_no_fault()
    {
        foreach (var file in new[] { "server.crt", "server.key" })
            File.WriteAllText(Named(file), File.ReadAllText(Named(file)), new System.Text.UTF8Encoding(true));

        Assert.Empty(Judge().Errors);
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        Write("server.key", KeyOf(Make("other")));

        Refuses("listeners.0.key", $"{Named("server.key")} is not the key of the certificate in "
            + Named("server.crt"));
    }

    [Fact]
    public void An_encrypted_key_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("server.key", key.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        Refuses("listeners.0.key", "holds an encrypted key");
    }

    [Fact]
    public void A_binary_certificate_is_refused_with_the_way_to_convert_it()
    {
        File.WriteAllBytes(Named("server.crt"), Make("server").RawData);

        Refuses("listeners.0.certificate", "is binary (DER) and not PEM; convert it with `openssl x509 -inform der");
    }

    [Fact]
    public void Certificate_and_key_that_are_swapped_are_both_told()
    {
        var (certificate, key) = (File.ReadAllText(Named("server.crt")), File.ReadAllText(Named("server.key")));
        Write("server.crt", key);
        Refuses("listeners.0.certificate", "holds a private key and no certificate");
        Write("server.crt", certificate);
        Write("server.key", certificate);

        Refuses("listeners.0.key", "holds a certificate and no private key");
    }

    [Theory]
    [InlineData("ca.crt", "listeners.0.client_ca", "it vouches for nobody")]
    [InlineData("switch.crt", "switch.ca", "it vouches for nobody")]
    public void The_certificate_of_a_host_is_refused_as_an_authority(string file, string key, string words)
    {
        Write(file, Make("host", signer: _authority).ExportCertificatePem());

        Refuses(key, words);
    }

    [Fact]
    public void An_authority_that_has_ended_is_an_error_unless_another_one_in_the_file_has_not()
    {
        using var ended = Make("old", isAuthority: true, end: -1);
        Write("ca.crt", ended.ExportCertificatePem());
        Assert.Contains("the certificate expired", Assert.Single(Judge().Errors).Message, StringComparison.Ordinal);
        Write("ca.crt", ended.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem());

        Assert.Empty(Judge().Errors);
        Assert.Contains("the certificate expired", Assert.Single(Judge().Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_signed_itself_may_be_trusted_for_itself()
    {
        using var own = Make("switch");
        Write("switch.crt", own.ExportCertificatePem());

        Assert.Empty(Judge().Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nsecret\n")]
    public void A_password_file_without_a_password_in_its_first_line_is_refused(string text)
    {
        Write("password", text);

        Refuses("switch.password_file", "its first line is empty");
    }

    [Theory]
    [InlineData("server.key", "listeners.0.key")]
    [InlineData("password", "switch.password_file")]
    public void A_secret_that_everybody_may_read_is_refused(string file, string key)
    {
        File.SetUnixFileMode(Named(file), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Refuses(key, $"{Named(file)}: every user of this machine may read or write it");
    }

    [Fact]
    public void A_secret_that_a_group_may_read_is_one()
    {
        File.SetUnixFileMode(Named("server.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Empty(Judge().Errors);
    }

    [Fact]
    public void The_first_end_of_each_use_is_known()
    {
        WriteServer(Make("server", signer: _authority, end: 20));

        var ends = new NamedFiles(Read().Config!, s_now.UtcDateTime).Ends;

        Assert.Equal(s_now.UtcDateTime.AddDays(20), ends["listener"]);
        Assert.Equal(s_now.UtcDateTime.AddDays(90), ends["client_ca"]);
    }

    private void Refuses(string key, string words)
    {
        var error = Assert.Single(Judge(FileGravity.Unusable).Errors);
        Assert.StartsWith($"{key}: {_directory.FullName}", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal($"{error}", Assert.Single(Loading.Errors(Judge())));
    }

    private void FailsAt(string place, string message) => Loading.Fails(Judge(), $"assist.yaml:{place}: {message}");

    private ConfigurationResult Judge(FileGravity refused = FileGravity.Doubtful) =>
        NamedFiles.Judge(Read(), s_now.UtcDateTime, refused);

    private ConfigurationResult Read()
    {
        if (!File.Exists(Named("switch.crt"))) Write("switch.crt", _authority.ExportCertificatePem());
        var result = Loading.With($$"""
            listeners: [{transport: tls, certificate: {{Named("server.crt")}}, key: {{Named("server.key")}},
              client_ca: {{Named("ca.crt")}}}]
            switch: {eapi: "https://192.0.2.1", user: a, password_file: {{Named("password")}},
              ca: {{Named("switch.crt")}}}
            """);
        Assert.Empty(result.Errors);
        return result;
    }

    private void WriteServer(X509Certificate2 certificate)
    {
        Write("server.crt", certificate.ExportCertificatePem());
        Write("server.key", KeyOf(certificate));
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey();
        return key!.ExportPkcs8PrivateKeyPem();
    }

    private void Write(string file, string text) => File.WriteAllText(Named(file), text);

    private string Named(string file) => Path.Combine(_directory.FullName, file);

    /// <param name="begin">In days from now, as the end.</param>
    private static X509Certificate2 Make(
        string name, X509Certificate2? signer = null, bool isAuthority = false, string? usage = null,
        int begin = -100, int end = 90)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (isAuthority) request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var (notBefore, notAfter) = (s_now.AddDays(begin), s_now.AddDays(end));
        if (signer is null) return request.CreateSelfSigned(notBefore, notAfter);
        using var signing = signer.GetECDsaPrivateKey()!;
        using var issued = request.Create(
            signer.SubjectName, X509SignatureGenerator.CreateForECDsa(signing), notBefore, notAfter, [1, 2, 3, 4]);
        return issued.CopyWithPrivateKey(key);
    }
}
