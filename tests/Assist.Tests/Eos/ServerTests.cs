using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Assist.Eos;
using Assist.Inputs.Syslog;
using Assist.Tests.Conformance;

namespace Assist.Tests.Eos;

/// <summary>A server on a real unix socket. The path is short: sun_path ends at 108 bytes.</summary>
public abstract class ServedSwitch : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("eos").FullName;

    protected ServedSwitch()
    {
        Device = new EmulatedSwitch(Clock);
        Server = new EapiServer(Device, Clock);
        Path = System.IO.Path.Combine(_directory, "s");
        Client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) => new NetworkStream(
            await ConnectAsync(cancel), ownsSocket: true)
        })
        {
            BaseAddress = new Uri("http://localhost"),
        };
    }

    protected ManualTimeProvider Clock { get; } = new();
    protected EmulatedSwitch Device { get; }
    protected EapiServer Server { get; }
    protected HttpClient Client { get; }
    protected string Path { get; }

    public virtual ValueTask InitializeAsync()
    {
        Server.ListenUnix(Path);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    protected void Change(Func<SwitchOptions, SwitchOptions> change) => Device.Options = change(Device.Options);

    protected async Task<JsonObject> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json-rpc");
        using var answer = await Client.PostAsync("/command-api", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    protected Task<JsonObject> RunAsync(params string[] commands) =>
        PostAsync($$$"""{"jsonrpc":"2.0","method":"runCmds","id":1,"params":{"version":1,"cmds":[{{{string.Join(',', commands.Select(c => $"\"{c}\""))}}}]}}""");

    protected async Task<Socket> ConnectAsync(CancellationToken cancel = default)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancel);
        return socket;
    }

    /// <summary>Bytes in, everything out until the server closes.</summary>
    protected async Task<string> RawAsync(string request)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        using var stream = new NetworkStream(socket);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }
}

public sealed class ServerTests : ServedSwitch
{
    [Theory]
    [InlineData("\"EapiExplorer-1\"")]
    [InlineData("17")]
    [InlineData("null")]
    public async Task The_id_of_a_request_comes_back(string id)
    {
        var answer = await PostAsync($$$"""{"jsonrpc":"2.0","method":"runCmds","id":{{{id}}},"params":{"version":"latest","cmds":["show hostname"]}}""");
        Assert.Equal(id, answer["id"]?.ToJsonString() ?? "null");
        Assert.Equal("2.0", answer["jsonrpc"]!.GetValue<string>());
    }

    [Fact]
    public async Task Parameters_may_be_named_or_by_position()
    {
        var named = await PostAsync("""{"jsonrpc":"2.0","method":"runCmds","id":1,"params":{"version":1,"cmds":["show hostname"],"format":"text"}}""");
        var positional = await PostAsync(
            """{"jsonrpc":"2.0","method":"runCmds","id":1,"params":[1,["show hostname"],"text"]}""");
        Assert.Equal("Hostname: emulated\nFQDN:     emulated\n", named["result"]![0]!["output"]!.GetValue<string>());
        Assert.Equal(named.ToJsonString(), positional.ToJsonString());
    }

    [Fact]
    public async Task An_error_comes_with_status_200_code_message_and_data()
    {
        var error = (await RunAsync("enable", "bad command", "configure"))["error"]!;
        Assert.Equal(1002, error["code"]!.GetValue<int>());
        Assert.Equal("CLI command 2 of 3 'bad command' failed: invalid command", error["message"]!.GetValue<string>());
        Assert.Equal(
            """[{},{"errors":["Invalid input (at token 0: \u0027bad\u0027)"]}]""", error["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"reload","params":{}}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds","params":{"version":1}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds","params":{"version":1,"cmds":"show version"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds","params":{"version":1,"cmds":[7]}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds","params":{"version":2,"cmds":[]}}""", -32602)]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"runCmds","params":{"version":1,"cmds":[],"format":"xml"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds","params":{"version":1,"cmds":[],"speed":1}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"runCmds","params":[1,[],"json",true]}""", -32602)]
    public async Task A_malformed_request_gets_a_JSON_RPC_error(string body, int code) =>
        Assert.Equal(code, (await PostAsync(body))["error"]!["code"]!.GetValue<int>());

    [Fact]
    public async Task Old_EOS_refuses_parameters_it_does_not_know()
    {
        const string request = """{"jsonrpc":"2.0","method":"runCmds","id":1,"params":{"version":1,"cmds":["enable"],"autoComplete":false,"expandAliases":false}}""";
        Assert.NotNull((await PostAsync(request))["result"]);
        Change(o => o with { RefuseNewParameters = true });
        Assert.Contains("runCmds() got an unexpected keyword argument 'autoComplete'",
            (await PostAsync(request))["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_is_recorded_in_order()
    {
        await RunAsync("enable", "configure", "bad");
        await PostAsync("""{"jsonrpc":"2.0","method":"runCmds","id":1,"params":[1,[{"cmd":"enable","input":"secret"},"show version"]]}""");
        Assert.Equal(["enable", "configure", "bad", "enable", "show version"], Server.Commands);
        Assert.Equal("secret", Server.Requests[1].Commands[0].Input);
    }

    [Fact]
    public async Task A_connection_carries_several_requests_and_ends_when_asked()
    {
        const string one = "HEAD /command-api HTTP/1.1\r\nHost: x\r\n\r\n";
        var answers = await RawAsync(one + one + "HEAD /command-api HTTP/1.1\r\nConnection: close\r\n\r\n" + one);
        Assert.Equal(3, answers.Split("200 OK").Length - 1);
        Assert.Contains("Connection: close", answers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /command-api HTTP/1.1\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("POST /elsewhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "404 Not Found")]
    [InlineData("HEAD /command-api/ HTTP/1.1\r\n\r\n", "200 OK")]
    [InlineData("POST /command-api HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400 Bad Request")]
    [InlineData("POST /command-api HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 Bad Request")]
    [InlineData("POST /command-api HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "413 Request Entity Too Large")]
    [InlineData("POST /command-api HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411 Length Required")]
    [InlineData("nonsense\r\n\r\n", "400 Bad Request")]
    public async Task Other_HTTP_gets_the_status_it_deserves(string request, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", await RawAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_harms_nobody()
    {
        Assert.Equal("", await RawAsync("POST /command-api HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"));
        Assert.NotNull((await RunAsync("enable"))["result"]);
    }

    [Fact]
    public void The_socket_is_for_owner_and_group()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal("rw-rw----", Mode(File.GetUnixFileMode(Path)));
    }

    [Fact]
    public async Task A_socket_in_use_is_not_taken_away_but_a_stale_one_is()
    {
        await using var second = new EapiServer(Device);
        Assert.Throws<IOException>(() => second.ListenUnix(Path));
        var stale = Path + "tale";
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            crashed.Bind(new UnixDomainSocketEndPoint(stale));
        second.ListenUnix(stale);
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public async Task A_slow_agent_answers_late_but_works_at_once()
    {
        Change(o => o with { AnswerDelay = TimeSpan.FromSeconds(30) });
        var answer = RunAsync("enable", "configure", "directflow", "flow one");
        await Clock.WhenWaitedForAsync();
        Assert.NotNull(Device.Snapshot().Flow("one"));
        Assert.False(answer.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull((await answer)["result"]);
    }

    [Fact]
    public async Task Commands_cost_time_before_they_work()
    {
        Change(o => o with { RequestCost = TimeSpan.FromMilliseconds(20), CommandCost = TimeSpan.FromMilliseconds(2) });
        var answer = RunAsync("enable", "configure", "directflow", "no shutdown", "flow one");
        await Clock.WhenWaitedForAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(29));
        Assert.Null(Device.Snapshot().Flow("one"));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull((await answer)["result"]);
        Assert.NotNull(Device.Snapshot().Flow("one"));
    }

    [Fact]
    public async Task An_answer_may_break_off_in_the_middle_though_the_work_is_done()
    {
        Change(o => o with { HalfAnswerRate = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(() => RunAsync("enable", "configure", "directflow", "flow one"));
        Assert.NotNull(Device.Snapshot().Flow("one"));
    }

    [Fact]
    public async Task An_answer_may_be_garbage_though_the_work_is_done()
    {
        Change(o => o with { GarbageRate = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(() => RunAsync("enable", "configure", "directflow", "flow one"));
        Assert.NotNull(Device.Snapshot().Flow("one"));
    }

    [Fact]
    public async Task A_request_may_hang_without_an_answer_and_without_effect()
    {
        Change(o => o with { HungRate = 1 });
        var answer = RunAsync("enable", "configure", "directflow", "flow one");
        await Clock.WhenWaitedForAsync();
        Change(o => o with { HungRate = 0 });
        Assert.NotNull((await RunAsync("enable"))["result"]);
        Assert.False(answer.IsCompleted);
        Assert.Null(Device.Snapshot().Flow("one"));
        Clock.Advance(TimeSpan.FromDays(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
        Assert.Null(Device.Snapshot().Flow("one"));
    }

    [Fact]
    public async Task The_agent_may_die_within_a_request()
    {
        Change(o => o with { BreakOffRate = 1 });
        var lines = Enumerable.Range(0, 40).Select(number => $"flow f{number}");
        await Assert.ThrowsAsync<HttpRequestException>(() => RunAsync(["enable", "configure", "directflow", .. lines]));
        Assert.InRange(Device.Snapshot().Flows.Count, 1, 39);
    }

    [Fact]
    public async Task The_web_server_may_answer_for_the_agent_before_or_after_the_work()
    {
        Change(o => o with { GatewayErrorRate = 1 });
        for (var i = 0; i < 20; i++)
        {
            using var body = new StringContent($$"""{"jsonrpc":"2.0","method":"runCmds","id":1,"params":[1,["enable","configure","directflow","flow f{{i}}"]]}""");
            using var answer = await Client.PostAsync("/command-api", body);
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        }
        Assert.InRange(Device.Snapshot().Flows.Count, 1, 19);
    }

    [Fact]
    public async Task An_answer_may_be_other_JSON_though_the_work_is_done()
    {
        Change(o => o with { OtherJsonRate = 1 });
        for (var i = 0; i < 20; i++)
        {
            using var body = new StringContent($$"""{"jsonrpc":"2.0","method":"runCmds","id":"our id","params":[1,["enable","configure","directflow","flow f{{i}}"]]}""");
            using var answer = await Client.PostAsync("/command-api", body);
            Assert.DoesNotContain(
                "\"result\":[{},", await answer.Content.ReadAsStringAsync() + "]", StringComparison.Ordinal);
        }
        Assert.Equal(20, Device.Snapshot().Flows.Count);
    }

    [Fact]
    public async Task An_answer_may_lack_keys_or_spell_them_otherwise()
    {
        Device.AddForeignFlow("a", "action drop", "priority 7");
        Change(o => o with { MissingKey = "priority", RenamedKey = "status" });
        var result = (await RunAsync("show directflow detail"))["result"]![0]!;
        Assert.NotNull(result["details"]!["statusNew"]!["a"]);
        Assert.Null(result["details"]!["status"]);
        Assert.Null(result["flows"]![0]!["priority"]);
        Assert.NotNull(result["flows"]![0]!["hardTimeout"]);
    }

    private static string Mode(UnixFileMode mode) =>
        string.Concat(Enumerable.Range(0, 9).Select(bit => ((int)mode & (0x100 >> bit)) != 0 ? "rwx"[bit % 3] : '-'));
}

public sealed class TcpServerTests : ServedSwitch
{
    [Fact]
    public async Task Http_asks_for_the_password()
    {
        var port = Server.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0), null, "admin:secret");
        Assert.Equal(HttpStatusCode.OK, (await ProbeAsync($"http://127.0.0.1:{port}", "admin:secret")).StatusCode);
        using var refused = await ProbeAsync($"http://127.0.0.1:{port}", "admin:wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Unable to authenticate user: Bad username/password combination",
            await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Https_serves_the_same_with_a_certificate()
    {
        using var certificate = TestCertificate.SelfSigned("emulated");
        var port = Server.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0), certificate, "admin:secret");
        using var answer = await ProbeAsync($"https://localhost:{port}", "admin:secret", certificate);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(
            "\"hostname\":\"emulated\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> ProbeAsync(
        string url, string credentials, X509Certificate2? trusted = null)
    {
        using var handler = new SocketsHttpHandler();
        if (trusted is not null) handler.SslOptions.CertificateChainPolicy = TestCertificate.Trusting(trusted);
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var body = new StringContent(
            """{"jsonrpc":"2.0","method":"runCmds","id":1,"params":[1,["show hostname"]]}""");
        return await client.PostAsync($"{url}/command-api", body);
    }
}
