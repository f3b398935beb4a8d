using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assist.Control;
using Assist.Http;

namespace Assist.Tests.Http;

/// <summary>Who may ask, who may change something, and what nobody can do.</summary>
public sealed class HttpServerTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Orders => ["delete", "allow", "allow_end", "pause", "resume", "panic"];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Without_the_token_nothing_is_ordered(string order)
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);

        foreach (var token in new[] { null, "", ServedHttp.Token[1..], ServedHttp.Token + "0", "ffffffffffffffff" })
        {
            using var refused = await served.PostAsync($"/api/v1/{order}", """{"all":true}""", token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        }
        using var read = await served.GetAsync($"/api/v1/{order}", ServedHttp.Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, read.StatusCode);

        Assert.Empty(served.Asked);
    }

    [Fact]
    public async Task Where_no_token_is_set_nobody_can_change_anything()
    {
        await using var served = await ServedHttp.StartAsync();

        using var without = await served.PostAsync("/api/v1/panic", "{}", token: null);
        using var with = await served.PostAsync("/api/v1/panic", "{}", ServedHttp.Token);

        Assert.Equal(HttpStatusCode.Forbidden, without.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, with.StatusCode);
        Assert.Empty(served.Asked);
    }

    [Fact]
    public async Task With_the_token_an_order_goes_the_way_of_the_control_socket_in_its_own_name()
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);
        served.Answer = new ControlResponse { Deleted = ["DROP_A"], Confirmed = true };

        using var done = await served.PostAsync(
            "/api/v1/delete", """{"address":"192.0.2.1","action":"drop","reason":"ticket 4711"}""");

        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        var answer = await ServedHttp.JsonOf(done);
        Assert.Equal("DROP_A", answer.GetProperty("deleted")[0].GetString());
        var asked = Assert.Single(served.Asked);
        Assert.Equal(
            ("delete", "192.0.2.1", "drop", "ticket 4711", "http token"),
            (asked.Command, asked.Filter!.Address, asked.Filter.Action, asked.Reason, $"{asked.Caller}"));
    }

    [Theory]
    [InlineData("delete", "{}", "say which flows")]
    [InlineData("delete", """{"all":true,"name":"DROP_A"}""", "say which flows")]
    [InlineData("delete", """{"adress":"192.0.2.1"}""", "not the JSON")]
    [InlineData("delete", "null", "null")]
    [InlineData("allow", """{"address":"192.0.2.1"}""", "seconds")]
    [InlineData("allow", """{"address":"192.0.2.1","seconds":99999999}""", "seconds")]
    [InlineData("allow_end", "{}", "address")]
    [InlineData("pause", """{"seconds":0}""", "seconds")]
    [InlineData("panic", "[1]", "not the JSON")]
    public async Task An_order_that_is_not_clear_is_not_carried_out(string order, string body, string told)
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);

        using var refused = await served.PostAsync($"/api/v1/{order}", body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            told, (await ServedHttp.JsonOf(refused)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(served.Asked);
    }

    [Fact]
    public async Task An_order_that_fails_says_so_in_its_status()
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);
        served.Answer = new ControlResponse { Error = "the switch is away" };

        using var failed = await served.PostAsync("/api/v1/panic", "");

        Assert.Equal(HttpStatusCode.Conflict, failed.StatusCode);
        Assert.Equal("the switch is away", (await ServedHttp.JsonOf(failed)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Another_token_in_the_file_takes_effect_at_once()
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);
        const string other = "another-token-of-24-chars";
        await File.WriteAllTextAsync(served.TokenFile, other);

        using var old = await served.PostAsync("/api/v1/resume", "{}");
        using var now = await served.PostAsync("/api/v1/resume", "{}", other);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK), (old.StatusCode, now.StatusCode));
    }

    [Fact]
    public async Task Behind_a_proxy_that_asks_for_a_password_the_token_has_a_header_of_its_own()
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);
        (string, string) password = ("Authorization", "Basic dXNlcjpwYXNzd29yZA==");

        using var read = await served.GetAsync("/api/v1/flows", headers: password);
        using var without = await served.SendAsync(HttpMethod.Post, "/api/v1/resume", null, null, null, password);
        using var wrong = await served.SendAsync(
            HttpMethod.Post, "/api/v1/resume", null, null, null, password, ("X-Assist-Token", "0123456789abcdef"));
        using var right = await served.SendAsync(
            HttpMethod.Post, "/api/v1/resume", null, null, null, password, ("X-Assist-Token", ServedHttp.Token));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            new[] { read, without, wrong, right }.Select(answer => answer.StatusCode));
    }

    // Nothing that reads text as HTML or as a script, and nothing from elsewhere.
    [Fact]
    public async Task The_page_shows_text_as_text_and_asks_nobody_else()
    {
        await using var served = await ServedHttp.StartAsync();

        Assert.True(PageFiles.Paths.Count() >= 8);
        foreach (var path in PageFiles.Paths)
        {
            using var answer = await served.GetAsync(path);
            var text = await answer.Content.ReadAsStringAsync();
            foreach (var never in new[]
            {
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "https://",
                "@import", "srcdoc", "javascript:", " on" + "click=",
            })
                Assert.DoesNotContain(never, text, StringComparison.OrdinalIgnoreCase);
            Assert.Empty(Regex.Matches(text, "http://(?!www\\.w3\\.org/2000/svg')", RegexOptions.None, s_deadline));
        }
    }

    [Fact]
    public async Task The_pages_files_are_sent_again_only_if_they_have_changed()
    {
        await using var served = await ServedHttp.StartAsync();
        using var first = await served.GetAsync("/app.js");

        using var again = await served.GetAsync("/app.js", headers: ("If-None-Match", $"{first.Headers.ETag}"));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("with blanks between the words")]
    public async Task What_is_no_token_in_the_file_opens_nothing(string line)
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);
        await File.WriteAllTextAsync(served.TokenFile, line + "\n");

        using var refused = await served.SendAsync(
            HttpMethod.Post, "/api/v1/resume", null, null, null, ("X-Assist-Token", line));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Empty(served.Asked);
    }

    [Fact]
    public async Task Questions_need_the_token_where_the_configuration_says_so()
    {
        await using var served = await ServedHttp.StartAsync(
            options => options with { TokenToRead = true }, withToken: true);

        foreach (var path in new[] { "/metrics", "/api/v1/flows", "/api/v1/events", "/api/v1/refused" })
        {
            using var refused = await served.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using var answered = await served.GetAsync("/api/v1/flows", ServedHttp.Token);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        using var page = await served.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    // A browser that was led here by a name of an attacker sends that name.
    [Theory]
    [InlineData("evil.example:9465", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost:9465", true)]
    [InlineData("[::1]:9465", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("Switch1.example.net:80", true)]
    public async Task A_name_that_is_not_ours_is_not_answered(string host, bool isAnswered)
    {
        await using var served = await ServedHttp.StartAsync(
            options => options with { HostNames = ["switch1.example.net"] }, withToken: true);

        using var answer = await served.GetAsync("/api/v1/flows", host: host);
        using var proven = await served.GetAsync("/api/v1/flows", ServedHttp.Token, host);

        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, proven.StatusCode);
    }

    [Fact]
    public async Task Every_answer_forbids_scripts_of_others_and_frames()
    {
        await using var served = await ServedHttp.StartAsync();

        foreach (var path in PageFiles.Paths.Concat(["/api/v1/flows", "/nothing"]))
        {
            using var answer = await served.GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy,
                StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task Everything_lies_below_the_prefix_and_a_proxy_in_front_is_heeded()
    {
        await using var served = await ServedHttp.StartAsync(options => options with { PathPrefix = "/assist" });

        foreach (var (path, status) in new[]
        {
            ("/assist/", HttpStatusCode.OK), ("/assist/api/v1/flows", HttpStatusCode.OK),
            ("/", HttpStatusCode.NotFound), ("/api/v1/flows", HttpStatusCode.NotFound),
            ("/assistant/", HttpStatusCode.NotFound),
        })
        {
            using var answer = await served.GetAsync(path);
            Assert.Equal((path, status), (path, answer.StatusCode));
        }
        using var bare = await served.GetAsync("/assist");
        Assert.Equal("/assist/", bare.Headers.Location!.OriginalString);
        using var proxied = await served.GetAsync("/assist", headers: ("X-Forwarded-Prefix", "/tools/"));
        Assert.Equal("/tools/assist/", proxied.Headers.Location!.OriginalString);
        foreach (var forged in new[] { "//evil.example", "https://evil.example", "/a\\b", "/../x" })
        {
            using var answer = await served.GetAsync("/assist", headers: ("X-Forwarded-Prefix", forged));
            Assert.Equal("/assist/", answer.Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_unread()
    {
        await using var served = await ServedHttp.StartAsync(withToken: true);

        using var refused = await served.PostAsync(
            "/api/v1/panic", $$"""{"reason":"{{new string('a', 20_000)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Empty(served.Asked);
    }

    [Fact]
    public async Task A_request_that_does_not_end_is_closed()
    {
        await using var served = await ServedHttp.StartAsync(
            options => options with { Timeout = TimeSpan.FromSeconds(1) });
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, served.Port);
        await slow.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"u8.ToArray());

        using var reader = new StreamReader(slow.GetStream(), Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().WaitAsync(s_deadline);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_of_events_leave_half_of_the_connections_to_others()
    {
        await using var served = await ServedHttp.StartAsync(options => options with { MaxConnections = 4 });
        using var first = await served.GetAsync("/api/v1/events");
        using var second = await served.GetAsync("/api/v1/events");

        using var third = await served.GetAsync("/api/v1/events");
        using var question = await served.GetAsync("/api/v1/flows");

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK),
            (first.StatusCode, second.StatusCode, third.StatusCode, question.StatusCode));
    }

    [Fact]
    public async Task Who_asks_too_much_is_refused_until_the_second_is_over_and_the_health_check_is_not()
    {
        var clock = new ManualTimeProvider();
        await using var served = await ServedHttp.StartAsync(time: clock);
        for (var i = 0; i < Gate.MostPerSecond; i++)
        {
            using var answered = await served.GetAsync("/api/v1/flows");
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        using var refused = await served.GetAsync("/api/v1/flows");
        using var page = await served.GetAsync("/");
        clock.Advance(TimeSpan.FromSeconds(1));
        using var next = await served.GetAsync("/api/v1/flows");

        Assert.Equal(
            [HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { refused, page, next }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task It_ends_while_events_are_read()
    {
        var served = await ServedHttp.StartAsync();
        using var answer = await served.GetAsync("/api/v1/events");
        await using var stream = await answer.Content.ReadAsStreamAsync();

        await served.DisposeAsync().AsTask().WaitAsync(s_deadline);

        var end = await Record.ExceptionAsync(async () => await stream.CopyToAsync(Stream.Null).WaitAsync(s_deadline));
        Assert.True(end is null or IOException or HttpRequestException, $"{end}");
    }

    [Theory]
    [InlineData("search=10.0.0", "DROP_A,BYPASS_B")]
    [InlineData("search=10.0.0.0/30", "DROP_A,BYPASS_B")]
    [InlineData("search=443", "DROP_A")]
    [InlineData("search=WEB", "BYPASS_B")]
    [InlineData("action=drop", "DROP_A,DROP_C")]
    [InlineData("rule=scan&state=programmed", "DROP_C")]
    [InlineData("sort=-packets", "DROP_C,DROP_A,BYPASS_B")]
    [InlineData("sort=packets", "DROP_A,DROP_C,BYPASS_B")]
    [InlineData("sort=name&offset=1&limit=1", "DROP_A")]
    public async Task Flows_are_searched_sorted_and_paged(string query, string found)
    {
        await using var served = await ServedHttp.StartAsync();
        served.Flows.AddRange(
        [
            Flow("DROP_A", "drop", "deny", 5) with
            {
                Match = new MatchStatus { Source = "10.0.0.1", Destination = "192.0.2.1", DestinationPort = 443 },
            },
            Flow("BYPASS_B", "bypass", "web", null) with { Match = new MatchStatus { Destination = "10.0.0.3" } },
            Flow("DROP_C", "drop", "scan", 7) with { Match = new MatchStatus { Source = "2001:db8::1" } },
        ]);

        using var answer = await served.GetAsync($"/api/v1/flows?{query}");
        var page = await ServedHttp.JsonOf(answer);

        Assert.Equal(found, string.Join(
            ',', page.GetProperty("flows").EnumerateArray().Select(flow => flow.GetProperty("name").GetString())));
        Assert.Equal(query.Contains("limit", StringComparison.Ordinal) ? 3 : found.Split(',').Length,
            page.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("/api/v1/flows?limit=1001", 400)]
    [InlineData("/api/v1/flows?offset=-1", 400)]
    [InlineData("/api/v1/top?over=week", 400)]
    [InlineData("/api/v1/top?by=luck", 400)]
    [InlineData("/api/v1/top?last=51", 400)]
    [InlineData("/api/v1/flows?sort=colour", 400)]
    [InlineData("/api/v1/refused?last=0", 400)]
    [InlineData("/api/v1/history?after=x", 400)]
    [InlineData("/api/v1/flows/DROP_A", 200)]
    [InlineData("/api/v1/flows/DROP_Z", 404)]
    [InlineData("/api/v1/flows/DROP_A/more", 404)]
    [InlineData("/api/v1/flows/", 404)]
    [InlineData("/etc/passwd", 404)]
    [InlineData("/..%2f..%2fetc/passwd", 404)]
    public async Task What_is_wrong_with_a_question_is_told(string path, int status)
    {
        await using var served = await ServedHttp.StartAsync();

        using var answer = await served.GetAsync(path);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status != 200) Assert.NotEmpty((await ServedHttp.JsonOf(answer)).GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task The_description_has_every_route_and_every_reference_in_it_leads_somewhere()
    {
        await using var served = await ServedHttp.StartAsync(options => options with { PathPrefix = "/assist" });

        using var answer = await served.GetAsync(
            "/assist/api/v1/openapi.json", headers: ("X-Forwarded-Prefix", "/tools"));
        var description = await ServedHttp.JsonOf(answer);

        Assert.Equal("/tools/assist", description.GetProperty("servers")[0].GetProperty("url").GetString());
        var paths = description.GetProperty("paths");
        Assert.Equal(
            Orders.Select(order => $"/api/v1/{order.Data}").Order(),
            paths.EnumerateObject().Where(path => path.Value.TryGetProperty("post", out _)).Select(path => path.Name)
                .Order());
        Assert.True(paths.EnumerateObject().Count(path => path.Value.TryGetProperty("get", out _)) >= 10);
        var references = References(description).ToList();
        Assert.Contains("#/components/schemas/StatusReport", references);
        Assert.All(references, reference => Assert.True(Leads(description, reference), reference));
    }

    [Fact]
    public async Task Metrics_come_in_the_format_that_is_asked_for()
    {
        await using var served = await ServedHttp.StartAsync();

        using var plain = await served.GetAsync("/metrics");
        using var open = await served.GetAsync(
            "/metrics", headers: ("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"));

        Assert.Equal("text/plain", plain.Content.Headers.ContentType!.MediaType);
        Assert.Equal("# TYPE up gauge\nup 1\n", await plain.Content.ReadAsStringAsync());
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType!.MediaType);
        Assert.Equal("# TYPE up gauge\nup 1\n# EOF\n", await open.Content.ReadAsStringAsync());
    }

    [Fact]
    public void OpenMetrics_names_a_family_of_counters_without_total_and_writes_bounds_with_a_point() => Assert.Equal(
        """
        # HELP seen Things.
        # TYPE seen counter
        seen_total{kind="a"} 1
        took_bucket{le="0.5"} 1
        took_bucket{le="1.0"} 2
        took_bucket{le="+Inf"} 2
        # EOF

        """,
        OpenMetrics.Of("""
        # HELP seen_total Things.
        # TYPE seen_total counter
        seen_total{kind="a"} 1
        took_bucket{le="0.5"} 1
        took_bucket{le="1"} 2
        took_bucket{le="+Inf"} 2

        """));

    private static FlowStatus Flow(string name, string action, string rule, long? packets) =>
        new() { Name = name, Action = action, State = "programmed", Rule = rule, Packets = packets };

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(
            member => member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static bool Leads(JsonElement document, string reference)
    {
        var at = document;
        foreach (var part in reference.Split('/').Skip(1))
        {
            if (at.ValueKind == JsonValueKind.Array) at = at[int.Parse(part)];
            else if (!at.TryGetProperty(part, out at)) return false;
        }
        return true;
    }
}
