using System.Net;
using Assist.Telemetry;

namespace Assist.Tests.Http;

/// <summary>Whoever reads the events misses none, or learns how many.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task Facts_come_as_they_happen_and_a_reader_that_comes_back_goes_on_behind_the_last_one()
    {
        await using var served = await ServedHttp.StartAsync();
        served.Events.Publish(Ended("before"));
        string last;
        using (var answer = await served.GetAsync("/api/v1/events"))
        {
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
            using var reader = new EventReader(await answer.Content.ReadAsStreamAsync());
            served.Events.Publish(Ended("first"));
            var (id, kind, data) = await reader.NextAsync();
            Assert.Equal(("ended", "first"), (kind, data.GetProperty("flow").GetString()));
            last = id;
        }
        served.Events.Publish(Ended("second"));

        using var again = await served.GetAsync("/api/v1/events", headers: ("Last-Event-ID", last));
        using var next = new EventReader(await again.Content.ReadAsStreamAsync());

        Assert.Equal("second", (await next.NextAsync()).Data.GetProperty("flow").GetString());
    }

    [Fact]
    public async Task A_reader_that_was_too_slow_learns_how_many_it_has_lost()
    {
        await using var served = await ServedHttp.StartAsync();
        string id;
        using (var answer = await served.GetAsync("/api/v1/events?back=1"))
        {
            using var reader = new EventReader(await answer.Content.ReadAsStreamAsync());
            served.Events.Publish(Ended("first"));
            id = (await reader.NextAsync()).Id;
        }
        for (var i = 0; i < FlowEvents.Capacity + 7; i++) served.Events.Publish(Ended($"flow{i}"));

        using var again = await served.GetAsync($"/api/v1/events?last_event_id={id}");
        using var next = new EventReader(await again.Content.ReadAsStreamAsync());

        var (_, kind, data) = await next.NextAsync();
        Assert.Equal(("lost", 7), (kind, data.GetProperty("lost").GetInt32()));
        Assert.Equal("flow7", (await next.NextAsync()).Data.GetProperty("flow").GetString());
    }

    [Fact]
    public async Task An_id_of_another_run_is_told_and_begins_with_all_that_is_remembered()
    {
        await using var served = await ServedHttp.StartAsync();
        served.Events.Publish(Ended("first"));

        foreach (var id in new[] { "0-17", "nonsense", "1-2-3", "-" })
        {
            using var answer = await served.GetAsync("/api/v1/events", headers: ("Last-Event-ID", id));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var reader = new EventReader(await answer.Content.ReadAsStreamAsync());
            Assert.Equal("restarted", (await reader.NextAsync()).Kind);
            Assert.Equal("first", (await reader.NextAsync()).Data.GetProperty("flow").GetString());
        }
    }

    // The lines of an event end it, and whoever writes a log must not.
    [Fact]
    public async Task Text_of_a_log_ends_no_event()
    {
        await using var served = await ServedHttp.StartAsync();
        using var answer = await served.GetAsync("/api/v1/events");
        using var reader = new EventReader(await answer.Content.ReadAsStreamAsync());
        const string hostile = "a\n\nevent: ended\ndata: {}\n\n<script>";

        served.Events.Publish(Ended("first") with { Reason = hostile });
        served.Events.Publish(Ended("second"));

        Assert.Equal(hostile, (await reader.NextAsync()).Data.GetProperty("reason").GetString());
        Assert.Equal("second", (await reader.NextAsync()).Data.GetProperty("flow").GetString());
    }

    [Fact]
    public async Task What_sums_others_up_is_not_told_beside_them()
    {
        await using var served = await ServedHttp.StartAsync();
        using var answer = await served.GetAsync("/api/v1/events");
        using var reader = new EventReader(await answer.Content.ReadAsStreamAsync());

        served.Events.Publish(Ended("") with { Count = 7 });
        served.Events.Publish(Ended("one") with { IsDetail = true });

        Assert.Equal("one", (await reader.NextAsync()).Data.GetProperty("flow").GetString());
    }

    private static FlowEvent Ended(string flow) => new(FlowEventKind.Ended, TimeSpan.Zero) { Flow = flow };
}
