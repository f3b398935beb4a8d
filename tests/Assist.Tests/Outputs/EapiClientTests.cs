using System.Net;
using Assist.Eos;
using Assist.Outputs;
using Assist.Outputs.Eapi;
using Assist.Tests.Eos;

namespace Assist.Tests.Outputs;

public sealed class EapiClientTests : ServedSwitch
{
    private static readonly string[] s_show = ["show hostname"];

    [Fact]
    public async Task Commands_go_over_the_unix_socket()
    {
        using var client = new EapiClient(new EapiOptions { Socket = Path });
        Assert.Equal("emulated", (await Run(client)).Results[0].GetProperty("hostname").ToString());
    }

    [Fact]
    public async Task Commands_go_by_https_with_a_password_file_that_may_change()
    {
        using var certificate = TestCertificate.SelfSigned("emulated");
        var (ca, password) = (File("ca.pem", certificate.ExportCertificatePem()), File("password", "old\n"));
        var port = Server.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0), certificate, "admin:new");
        using var client = new EapiClient(new EapiOptions
        {
            Socket = null,
            Https = new Uri($"https://localhost:{port}"),
            User = "admin",
            PasswordFile = password,
            Ca = ca,
        });
        var refused = await Fault(client);
        Assert.True(refused.NothingApplied);
        Assert.Contains("switch.password_file", refused.Message, StringComparison.Ordinal);
        System.IO.File.WriteAllText(password, "new\nanother line");
        Assert.Null((await Run(client)).Error);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var certificate = TestCertificate.SelfSigned("emulated");
        using var other = TestCertificate.SelfSigned("emulated");
        var port = Server.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0), certificate);
        using var client = new EapiClient(new EapiOptions
        {
            Socket = null,
            Https = new Uri($"https://localhost:{port}"),
            Ca = File("ca.pem", other.ExportCertificatePem()),
        });
        Assert.True((await Fault(client)).NothingApplied);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_told_as_such()
    {
        using var certificate = TestCertificate.SelfSigned("emulated");
        var port = Server.ListenTcp(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0), certificate);
        using var client = new EapiClient(new EapiOptions
        {
            Socket = null,
            Https = new Uri($"https://127.0.0.2:{port}"),
            Ca = File("ca.pem", certificate.ExportCertificatePem()),
        });
        var fault = await Fault(client);
        Assert.True(fault.NothingApplied);
        Assert.Contains("the switch's certificate is for another name", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("switch.ca", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_file_that_cannot_be_read_is_named_and_nothing_is_sent()
    {
        using var client = new EapiClient(
            new EapiOptions { Socket = Path, User = "admin", PasswordFile = "/no/such/file" });
        var fault = await Fault(client);
        Assert.True(fault.NothingApplied);
        Assert.StartsWith("cannot read switch.password_file", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Commands);
    }

    [Fact]
    public async Task A_missing_socket_is_told_with_the_way_to_turn_it_on()
    {
        using var client = new EapiClient(new EapiOptions { Socket = Path + "x" });
        var fault = await Fault(client);
        Assert.True(fault.NothingApplied);
        Assert.EndsWith($"there is no such socket; {EapiClient.EnableHint}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_unreachable()
    {
        using var client = new EapiClient(new EapiOptions { Socket = null, Https = new Uri("https://127.0.0.1:1") });
        var fault = await Fault(client);
        Assert.True(fault.NothingApplied);
        Assert.EndsWith("nobody listens", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3600, 0)]
    [InlineData(0, 1)]
    public async Task An_answer_that_does_not_come_as_a_whole_leaves_the_outcome_unknown(int delay, double stalled)
    {
        Change(o => o with { AnswerDelay = TimeSpan.FromSeconds(delay), StalledAnswerRate = stalled });
        using var client = new EapiClient(new EapiOptions { Socket = Path, Timeout = TimeSpan.FromMilliseconds(200) });
        var fault = await Fault(client);
        Assert.False(fault.NothingApplied);
        Assert.Contains("no answer within", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public async Task A_broken_answer_leaves_the_outcome_unknown(double half, double garbage)
    {
        Change(o => o with { HalfAnswerRate = half, GarbageRate = garbage });
        using var client = new EapiClient(new EapiOptions { Socket = Path });
        Assert.False((await Fault(client)).NothingApplied);
        Assert.Equal(s_show, Server.Commands);
    }

    [Fact]
    public async Task A_flow_does_not_wait_for_the_answer_to_a_question_about_the_switch()
    {
        using var stop = new CancellationTokenSource();
        using var client = new EapiClient(new EapiOptions { Socket = Path, Timeout = TimeSpan.FromHours(1) });
        Change(o => o with { AnswerDelay = TimeSpan.FromHours(1) });
        var question = client.AskAsync(["show hostname"], EapiFormat.Json, stop.Token);
        await Await.Until(() => Server.Commands.Any(), "the question has been asked");
        Change(o => o with { AnswerDelay = TimeSpan.Zero });

        using var answer = await Run(client).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Null(answer.Error);
        Assert.False(question.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
    }

    private static Task<EapiResponse> Run(EapiClient client) =>
        client.RunAsync(["show hostname"], EapiFormat.Json, CancellationToken.None);

    private static async Task<TargetException> Fault(EapiClient client)
    {
        var fault = await Assert.ThrowsAsync<TargetException>(() => Run(client));
        Assert.DoesNotContain('\n', fault.Message);
        return fault;
    }

    private string File(string name, string content)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
