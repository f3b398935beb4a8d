using System.Text.Json;
using Assist.Configuration;
using Assist.Flows;

namespace Assist.Tests.Configuration;

/// <summary>The section `events`: off where it is not there, and no text of a log can leave its place in a
/// template.</summary>
public sealed class EventsReaderTests
{
    [Fact]
    public void It_is_off_where_it_is_not_there() => Assert.Null(Loading.Config("").Outward.Events);

    [Fact]
    public void Each_receiver_takes_what_is_said_for_all_unless_it_says_something_else()
    {
        var events = Loading.Config("""
            events:
              on: [switch, sender]
              per_second: 5
              syslog: {server: "[2001:db8::1]:6514", transport: tls, facility: daemon}
              webhook: {url: "https://chat.example.net/x", on: order, template: '{"text": "${text}"}'}
              file: {path: events.jsonl, per_second: 50, keep_files: 2}
            """).Outward.Events!;

        var (syslog, webhook, file) = (events.Syslog!, events.Webhook!, events.File!);
        Assert.Equal(("2001:db8::1", 6514, Transport.Tls, 3),
            (syslog.Host, syslog.Port, syslog.Transport, syslog.Facility));
        Assert.Equal([EventTopic.Switch, EventTopic.Sender], syslog.Choice.On.Order());
        Assert.Equal((EventTopic.Order, 5), (Assert.Single(webhook.Choice.On), webhook.Choice.PerSecond));
        Assert.Equal((50, 2), (file.Choice.PerSecond, file.KeepFiles));
        Assert.EndsWith("/events.jsonl", file.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events: {}", "6:1: events: nobody is told; add syslog, webhook or file")]
    [InlineData("events: {syslog: {}}", "6:10: events.syslog.server must be set")]
    [InlineData("events: {syslog: {server: siem}}", "6:27: events.syslog.server: \"siem\" is no host and port")]
    [InlineData("events: {syslog: {server: '2001:db8::1:514'}}",
        "6:27: events.syslog.server: \"2001:db8::1:514\" is no")]
    [InlineData("events: {syslog: {server: 'a:514', key: k}}",
        "6:36: events.syslog.key needs events.syslog.certificate")]
    [InlineData("events: {webhook: {}}", "6:10: events.webhook needs url, or url_file")]
    [InlineData("events: {webhook: {url: 'ftp://a/b'}}", "6:25: events.webhook.url: this is no address")]
    [InlineData("events: {webhook: {url: 'https://u:p@a/'}}", "6:25: events.webhook.url: this is no address")]
    [InlineData("events: {file: {}}", "6:10: events.file.path must be set")]
    [InlineData("events: {on: [sender, swich], file: {path: a}}",
        "6:23: events.on: \"swich\" is not one of add, remove, refuse, reject, limit, switch")]
    public void Mistakes_are_told_at_their_place(string yaml, string told) => Assert.Contains(
        Loading.Errors(Loading.With(yaml)),
        error => error.StartsWith($"assist.yaml:{told}", StringComparison.Ordinal));

    [Theory]
    [InlineData("{\"text\": ${text}}", "it is no JSON")]
    [InlineData("{\"text\": \"${text\"", "has no end; write ${NAME}")]
    [InlineData("{\"text\": \"${txt}\"}", "there is no ${txt}; did you mean \"text\"?")]
    [InlineData("{\"text\": \"${text}", "it is no JSON")]
    [InlineData("{\"text\": \"\\${text}\"}", "it is no JSON")]
    public void A_template_with_a_mistake_is_refused(string text, string told)
    {
        Assert.Null(EventTemplate.Parse(text, out var fault));
        Assert.Contains(told, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\", \"admin\": \"yes")]
    [InlineData("\\\" ${rule} \\u0022\r\n</script>")]
    [InlineData("${json}")]
    [InlineData("\ud800 half a character")]
    public void What_fills_a_place_stays_in_it(string value)
    {
        var template = EventTemplate.Parse("{\"a\": \"<${rule}>\", \"b\": [\"${reason}${reason}\"]}", out _)!;

        using var filled = JsonDocument.Parse(template.Fill(name => name == "rule" ? value : "2"));

        var known = value.Replace('\ud800', '\ufffd');
        Assert.Equal(["a", "b"], filled.RootElement.EnumerateObject().Select(each => each.Name));
        Assert.Equal($"<{known}>", filled.RootElement.GetProperty("a").GetString());
        Assert.Equal("22", filled.RootElement.GetProperty("b")[0].GetString());
    }

    // The daemon leaves the system's authorities out of its process where nobody is judged by them.
    [Theory]
    [InlineData("syslog: {server: 'a:514'}", null, false)]
    [InlineData("syslog: {server: 'a:514', transport: tls}", "events.syslog", true)]
    [InlineData("syslog: {server: 'a:514', transport: tls, ca: c}", "events.syslog", false)]
    [InlineData("webhook: {url: 'http://a/'}", null, false)]
    [InlineData("webhook: {url: 'https://a/'}", "events.webhook", true)]
    [InlineData("webhook: {url: 'https://a/', ca: c}", "events.webhook", false)]
    [InlineData("webhook: {url_file: f}", "events.webhook", true)]
    public void Who_vouches_for_a_receiver_is_known_before_anything_uses_TLS(
        string receiver, string? overTls, bool trustsSystem)
    {
        var events = Loading.Config($"events: {{{receiver}}}").Outward.Events!;

        Assert.Equal((overTls, trustsSystem), (events.OverTls, events.TrustsSystem));
    }

    [Fact]
    public void Every_name_of_a_template_stands_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Directory, "docs", "events.md"));

        Assert.All(EventTemplate.Names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }
}
