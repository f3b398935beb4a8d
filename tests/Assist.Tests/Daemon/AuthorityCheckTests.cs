using System.Security.Cryptography.X509Certificates;
using Assist.Configuration;
using Assist.Daemon;
using Assist.Tests.Configuration;

namespace Assist.Tests.Daemon;

/// <summary>An authority ends while the daemon runs.</summary>
public sealed class AuthorityCheckTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("assist-authority-");
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_end_of_a_client_ca_is_a_problem_14_days_before_until_the_file_is_replaced()
    {
        var check = CheckOf(out var file);

        Assert.Empty(check.Look(default));
        _time.Advance(TimeSpan.FromDays(365 - 20));
        Assert.Empty(check.Look(default));
        _time.Advance(TimeSpan.FromDays(7));
        var problem = Assert.Single(check.Look(default));
        Assert.True(problem.IsProblem);
        Assert.Equal(("certificate", "listeners.0.client_ca"), (problem.Kind, problem.Subject));
        Assert.Contains("the certificate expires at", problem.Text, StringComparison.Ordinal);
        Assert.InRange(check.Left()["client_ca"], 12 * 86_400, 13 * 86_400);
        _time.Advance(TimeSpan.FromDays(14));
        Assert.Contains(
            "the certificate expired at", Assert.Single(check.Look(default)).Text, StringComparison.Ordinal);
        Assert.True(check.Left()["client_ca"] < 0);

        File.WriteAllText(file, Authority(_time.GetUtcNow().AddYears(1)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(check.Look(default));
    }

    [Fact]
    public void An_authority_that_ends_beside_one_that_lasts_is_a_notice()
    {
        var check = CheckOf(out var file);
        var (soon, later) = (_time.GetUtcNow().AddDays(3), _time.GetUtcNow().AddDays(300));
        File.WriteAllText(file, $"{Authority(soon)}\n{Authority(later)}");

        var notice = Assert.Single(check.Look(default));
        Assert.Equal((false, "certificate"), (notice.IsProblem, notice.Kind));
        _time.Advance(TimeSpan.FromDays(10));
        notice = Assert.Single(check.Look(default));
        Assert.False(notice.IsProblem);
        Assert.Contains("another authority in the file is in force", notice.Text, StringComparison.Ordinal);
        Assert.InRange(check.Left()["client_ca"], 289 * 86_400, 290 * 86_400);

        _time.Advance(TimeSpan.FromDays(285));
        Assert.Equal([false, true], check.Look(default).Select(finding => finding.IsProblem));
        _time.Advance(TimeSpan.FromDays(10));
        Assert.Equal([true, true], check.Look(default).Select(finding => finding.IsProblem));
    }

    private AuthorityCheck CheckOf(out string file)
    {
        file = Path.Combine(_directory.FullName, "ca.crt");
        File.WriteAllText(file, Authority(_time.GetUtcNow().AddYears(1)));
        var config = Loading.Config(
            $"listeners: [{{transport: tls, certificate: /nowhere/c, key: /nowhere/k, client_ca: {file}}}]");
        return new AuthorityCheck(new RunningConfiguration(config), _time);
    }

    private string Authority(DateTimeOffset end)
    {
        using var certificate = TestCertificate.Authority("authority", _time.GetUtcNow().AddDays(-1), end);
        return certificate.ExportCertificatePem();
    }
}
