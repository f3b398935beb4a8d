using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using System.Text.Json;
using Assist.Tests.Http;

namespace Assist.Tests.Processes;

/// <summary>The HTTP endpoint of a daemon that works: it tells what the commands tell, and orders go the same
/// way.</summary>
[Collection(ProcessCollection.Name)]
public sealed class HttpTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private const string Drop = "DROP_TCP_10-0-0-1_203-0-113-20:443";
    private static readonly LogLine s_denied = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    [Fact]
    public async Task Questions_are_answered_with_what_the_commands_print()
    {
        await using var rig = new Rig();
        using var client = await StartAsync(rig);
        await rig.SendAsync(Way.TcpLines, s_denied, LogLine.Allow("10.0.0.2", "203.0.113.20", 443), "<14>nonsense");
        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilProgrammedAsync("bypass", 1);
        await rig.UntilOutcomeAsync("malformed", 1);

        Assert.Equal(Names(JsonDocument.Parse((await rig.AssistAsync("status", "--json")).Output).RootElement),
            Names(await GetAsync(client, "/api/v1/status")));
        var flows = await GetAsync(client, "/api/v1/flows?search=10.0.0.1");
        var flow = Assert.Single(flows.GetProperty("flows").EnumerateArray());
        Assert.Equal((Drop, "programmed"), (Text(flow, "name"), Text(flow, "state")));
        var refused = await GetAsync(client, "/api/v1/refused?last=5");
        Assert.Equal("<14>nonsense", Text(refused.GetProperty("refused")[0], "line"));
        var why = await GetAsync(client, "/api/v1/why?address=10.0.0.1");
        Assert.Equal($"assist delete --name {Drop}", why.GetProperty("commands")[1].GetString());
        Assert.Equal("alive\n", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        Assert.Equal("ready\n", await client.GetStringAsync(new Uri("/readyz", UriKind.Relative)));
        Assert.Contains("assist_switch_reachable 1\n",
            await client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        JsonElement[] samples = [];
        await Rig.UntilAsync(async () =>
        {
            samples = [.. (await GetAsync(client, "/api/v1/history")).GetProperty("samples").EnumerateArray()];
            return samples.Any(each => each.GetProperty("drops").GetDouble() > 0)
                && samples.Any(each => each.TryGetProperty("reaction_ms", out _));
        }, () => $"a sample has the drop and how long it took; last: {samples.LastOrDefault()}");
        Assert.Equal(samples.Length, samples.Select(each => each.GetProperty("number").GetInt64()).Distinct().Count());
        Assert.Equal(0, (await rig.StopAsync()).Code);
    }

    [Fact]
    public async Task A_flow_has_its_cause_and_its_history_also_after_its_end()
    {
        await using var rig = new Rig();
        using var client = await StartAsync(rig, "audit: {file: audit.jsonl}");
        await rig.SendAsync(Way.TcpLines, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);

        var now = await GetAsync(client, $"/api/v1/flows/{Drop}");
        var cause = now.GetProperty("cause");
        Assert.Equal(("denied-traffic", "web"), (Text(cause.GetProperty("flow"), "rule"),
            Text(cause.GetProperty("message"), "firewall_rule")));
        await rig.AssistAsync("delete", "--name", Drop);
        JsonElement after = default;
        await Rig.UntilAsync(async () =>
        {
            after = await GetAsync(client, $"/api/v1/flows/{Drop}");
            return after.GetProperty("history").EnumerateArray().Any(each => Text(each, "event") == "ended");
        }, () => $"its end is in the history: {after}");

        Assert.Equal("audit", Text(after, "source"));
        Assert.Equal("removed", Text(after.GetProperty("cause").GetProperty("flow"), "state"));
        Assert.Equal(["requested", "programmed", "ended"],
            after.GetProperty("history").EnumerateArray().Select(each => Text(each, "event")));
        Assert.StartsWith(
            "<14>", Text(after.GetProperty("history")[0].GetProperty("message"), "text"), StringComparison.Ordinal);
        using var nothing = await client.GetAsync(new Uri("/api/v1/flows/DROP_TCP_1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Fact]
    public async Task Without_an_audit_the_history_is_what_the_daemon_remembers()
    {
        await using var rig = new Rig();
        using var client = await StartAsync(rig);
        await rig.SendAsync(Way.TcpLines, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);

        var report = await GetAsync(client, $"/api/v1/flows/{Drop}");

        Assert.Equal("memory", Text(report, "source"));
        Assert.Equal(["requested", "programmed"],
            report.GetProperty("history").EnumerateArray().Select(each => Text(each, "event")));
    }

    [Fact]
    public async Task Orders_are_carried_out_and_recorded_as_the_tokens()
    {
        await using var rig = new Rig();
        using var client = await StartAsync(rig, "audit: {file: audit.jsonl}");
        await rig.SendAsync(Way.TcpLines, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);

        var allowed = await PostAsync(
            client, "allow", """{"address":"10.0.0.1","seconds":7200,"reason":"ticket 4711"}""");
        Assert.Equal(Drop, allowed.GetProperty("deleted")[0].GetString());
        var paused = await PostAsync(client, "pause", """{"seconds":600}""");
        Assert.Equal("http token", Text(paused.GetProperty("paused"), "user"));
        Assert.NotEqual(default, await GetAsync(client, "/api/v1/status"));
        await PostAsync(client, "resume", "");
        await PostAsync(client, "allow_end", """{"address":"10.0.0.1"}""");
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.9", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 1);
        var dry = await PostAsync(client, "delete", """{"all":true,"dry_run":true}""");
        Assert.Equal(1, dry.GetProperty("deleted").GetArrayLength());
        await PostAsync(client, "panic", """{"reason":"fire drill"}""");
        await rig.UntilSwitchHoldsAsync("DROP_", 0);
        await rig.StopAsync();

        var orders = (await rig.AssistAsync("audit", "--json", "--user", "http token")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
        Assert.Equal(
            ["allow 10.0.0.1 --for 2h", "pause --for 10m", "resume", "allow 10.0.0.1 --end", "panic"],
            orders.Select(order => Text(order, "command")));
    }

    [Fact]
    public async Task Events_come_to_their_reader()
    {
        await using var rig = new Rig();
        using var client = await StartAsync(rig);
        using var answer = await client.GetAsync(
            new Uri("/api/v1/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new EventReader(await answer.Content.ReadAsStreamAsync());

        await rig.SendAsync(Way.TcpLines, s_denied);

        var (_, kind, data) = await reader.NextAsync();
        Assert.Equal(("requested", Drop), (kind, Text(data, "flow")));
        Assert.Equal("10.0.0.1", Text(data.GetProperty("match"), "source"));
        (_, kind, data) = await reader.NextAsync();
        Assert.Equal(("programmed", Drop), (kind, Text(data, "flow")));
        Assert.Equal(0, (await rig.StopAsync()).Code);
    }

    [Fact]
    public async Task Over_TLS_the_certificate_of_the_file_is_shown_also_after_it_was_replaced()
    {
        await using var rig = new Rig();
        using var _ = await StartAsync(rig, http: ", certificate: server.crt, key: server.key", starts: false);
        await rig.StartAsync();
        var uri = new Uri($"https://127.0.0.1:{s_port}/readyz");

        var (body, first) = await AskAsync(rig, uri);
        Assert.Equal("ready\n", body);
        rig.Certificates.WriteServer(30);
        await Rig.UntilAsync(
            async () => (await AskAsync(rig, uri)).Serial != first, () => "the new certificate is shown");

        using var plain = new HttpClient();
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => plain.GetStringAsync(new Uri($"http://127.0.0.1:{s_port}/readyz")));
        Assert.Equal(0, (await rig.StopAsync()).Code);
    }

    [Fact]
    public async Task Who_is_not_ready_says_so()
    {
        await using var rig = new Rig();
        using var client = await StartAsync(rig);
        rig.Switch!.Signal("KILL");

        await Rig.UntilAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
        }, () => "not ready without a switch");

        Assert.Equal("alive\n", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
    }

    [Fact]
    public async Task Nothing_of_the_web_server_is_loaded_while_nothing_is_served()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        await StartBuiltAsync(rig);
        await rig.SendAsync(Way.TcpLines, s_denied);
        await rig.UntilProgrammedAsync("drop", 1);
        var mapped = await MappedAsync(rig);
        Assert.DoesNotContain("Kestrel", mapped, StringComparison.Ordinal);
        Assert.DoesNotContain("Grpc", mapped, StringComparison.Ordinal);
        Assert.DoesNotContain("Google.Protobuf", mapped, StringComparison.Ordinal);
        await rig.StopAsync();

        foreach (var section in new[] { "metrics", "http" })
        {
            rig.WriteConfiguration($"{section}: {{listen: '127.0.0.1:{Rig.FreePort()}'}}");
            await StartBuiltAsync(rig);
            Assert.Contains("Kestrel", await MappedAsync(rig), StringComparison.Ordinal);
            await rig.StopAsync();
        }
    }

    // The published program is one file: only the one built with the tests shows what it loads.
    private static Task StartBuiltAsync(Rig rig)
    {
        rig.RunBuilt();
        return rig.UntilReadyAsync();
    }

    [Fact]
    public async Task A_port_that_cannot_be_had_is_told()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var finished = await rig.AssistAsync(
            "--set", $"http.listen=127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}", "run");

        Assert.Equal(1, finished.Code);
        Assert.Contains("http.listen: 127.0.0.1:", finished.Errors, StringComparison.Ordinal);
    }

    // Of the last rig; the tests of processes run one after the other.
    private static int s_port;

    private static async Task<HttpClient> StartAsync(Rig rig, string more = "", string http = "", bool starts = true)
    {
        s_port = Rig.FreePort();
        await File.WriteAllTextAsync(rig.File("token"), Token + "\n");
        File.SetUnixFileMode(rig.File("token"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        rig.WriteConfiguration($"http: {{listen: '127.0.0.1:{s_port}', token_file: token{http}}}\n{more}");
        if (starts) await rig.StartAsync();
        return new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{s_port}") };
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await ServedHttp.JsonOf(answer);
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string order, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{order}")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await client.SendAsync(request);
        var read = await ServedHttp.JsonOf(answer);
        Assert.True(answer.IsSuccessStatusCode, $"{order}: {read}");
        return read;
    }

    // On a connection of its own.
    private static async Task<(string Body, string? Serial)> AskAsync(Rig rig, Uri uri)
    {
        string? serial = null;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = rig.Certificates.Trust(),
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    serial = certificate?.GetSerialNumberString();
                    return errors == SslPolicyErrors.None;
                },
            },
        };
        using var client = new HttpClient(handler);
        return (await client.GetStringAsync(uri), serial);
    }

    private static async Task<string> MappedAsync(Rig rig) =>
        await File.ReadAllTextAsync($"/proc/{rig.Daemon!.Id}/maps");

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) ? value.GetString() : null;
}
