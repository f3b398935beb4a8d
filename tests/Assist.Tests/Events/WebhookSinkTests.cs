using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Assist.Configuration;
using Assist.Events;
using Assist.Tests.Processes;

namespace Assist.Tests.Events;

/// <summary>What a receiver of HTTP requests gets, and what its answer means.</summary>
public sealed class WebhookSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly HttpListener _receiver = new();
    private readonly int _port = Rig.FreePort();

    public WebhookSinkTests()
    {
        _receiver.Prefixes.Add($"http://127.0.0.1:{_port}/");
        _receiver.Start();
    }

    public void Dispose()
    {
        _receiver.Close();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_fact_is_sent_as_it_is()
    {
        using var sink = SinkTo(options => options);

        var (request, body) = await SendAsync(sink, 204);

        Assert.Equal(("POST", "/hook", "application/json", null), (
            request.HttpMethod, request.Url!.AbsolutePath, request.ContentType, request.Headers["Authorization"]));
        Assert.Equal("programmed", body.GetProperty("event").GetString());
        Assert.Equal("192.0.2.10", body.GetProperty("match").GetProperty("source").GetString());
        Assert.Equal(Told.HostileRule, body.GetProperty("message").GetProperty("firewall_rule").GetString());
    }

    [Fact]
    public async Task A_template_is_filled_and_secrets_come_from_files()
    {
        var (token, url) = (Path.Combine(_directory, "token"), Path.Combine(_directory, "url"));
        File.WriteAllText(token, "0123456789abcdef\n");
        File.WriteAllText(url, $"http://127.0.0.1:{_port}/secret/path\n");
        using var sink = SinkTo(options => options with
        {
            Url = null,
            UrlFile = url,
            TokenFile = token,
            Template = EventTemplate.Parse(
                "{\"channel\": \"#fw\", \"text\": \"${text}\", \"rule\": \"${firewall_rule}\"}", out _),
        });

        var (request, body) = await SendAsync(sink, 200);

        Assert.Equal(("/secret/path", "Bearer 0123456789abcdef"),
            (request.Url!.AbsolutePath, request.Headers["Authorization"]));
        Assert.Equal("#fw", body.GetProperty("channel").GetString());
        Assert.Equal(Told.HostileRule, body.GetProperty("rule").GetString());
        Assert.StartsWith("drop of tcp from 192.0.2.10 to 203.0.113.20 port 443 is on the switch, by rule "
            + "denied-traffic, a log of 192.0.2.1", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sink.Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302, false)]
    [InlineData(400, true)]
    [InlineData(413, true)]
    [InlineData(401, false)]
    [InlineData(429, false)]
    [InlineData(503, false)]
    public async Task Only_what_would_be_refused_again_is_given_up(int answer, bool isFinal)
    {
        using var sink = SinkTo(options => options);

        var fault = await Assert.ThrowsAsync<EventSinkException>(() => SendAsync(sink, answer));

        Assert.Equal(isFinal, fault.IsFinal);
        Assert.Equal($"the receiver answered HTTP {answer}", fault.Message);
    }

    [Fact]
    public async Task Over_https_only_a_receiver_that_the_authority_vouches_for_gets_something()
    {
        using var authority = TestCertificate.Authority("ca");
        using var certificate = TestCertificate.Issue(authority, "chat", TestCertificate.ServerAuth, expired: false);
        using var other = TestCertificate.SelfSigned("chat");
        var ca = Path.Combine(_directory, "ca.crt");
        File.WriteAllText(ca, authority.ExportCertificatePem());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sink = SinkTo(options => options with
        {
            Url = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
            Ca = ca,
        });

        var served = ServeOneAsync(listener, other);
        await Assert.ThrowsAsync<EventSinkException>(
            () => sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken));
        Assert.Null(await served);
        served = ServeOneAsync(listener, certificate);
        await sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);

        Assert.StartsWith("POST / HTTP/1.1\r\n", await served, StringComparison.Ordinal);
    }

    // The beginning of a request, which is answered; null where the receiver was not believed.
    private static async Task<string?> ServeOneAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var secure = new SslStream(client.GetStream());
        try
        {
            await secure.AuthenticateAsServerAsync(certificate);
            var request = new byte[65_536];
            var length = 0;
            while (!Encoding.UTF8.GetString(request, 0, length).Contains("\r\n\r\n{", StringComparison.Ordinal))
            {
                if (await secure.ReadAsync(request.AsMemory(length)) is var read && read == 0) return null;
                length += read;
            }
            await secure.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
            return Encoding.UTF8.GetString(request, 0, length);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return null;
        }
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_after_the_time()
    {
        var time = new ManualTimeProvider();
        using var sink = SinkTo(options => options, time);
        var sending = sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);
        await _receiver.GetContextAsync();

        time.Advance(TimeSpan.FromSeconds(10));

        var fault = await Assert.ThrowsAsync<EventSinkException>(() => sending);
        Assert.Equal("no answer within 10 s", fault.Message);
    }

    private WebhookSink SinkTo(Func<EventWebhookOptions, EventWebhookOptions> change, TimeProvider? time = null) => new(
        change(new EventWebhookOptions(Told.All) { Url = new Uri($"http://127.0.0.1:{_port}/hook") }),
        time ?? TimeProvider.System);

    private async Task<(HttpListenerRequest Request, JsonElement Body)> SendAsync(WebhookSink sink, int answer)
    {
        var sending = sink.SendAsync(Told.Fact(), TestContext.Current.CancellationToken);
        var context = await _receiver.GetContextAsync();
        using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
        context.Response.StatusCode = answer;
        context.Response.Close();
        await sending;
        return (context.Request, body.RootElement.Clone());
    }
}
