using Assist.Configuration;
using Assist.Control;
using Assist.Daemon;
using Assist.State;
using Assist.Tests.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assist.Tests.Daemon;

/// <summary>The loop that owns the table stands still; whoever asks the daemon over its real socket is told.</summary>
public sealed class StuckLoopTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("as-").FullName;
    private readonly ManualResetEventSlim _goOn = new(false);
    private AssistDaemon? _daemon;
    private ControlServer? _control;

    private string SocketPath => Path.Combine(_directory, "s");

    public async ValueTask InitializeAsync()
    {
        _daemon = new DaemonBuilder(Configured(), NullLoggerFactory.Instance, TimeProvider.System).Build();
        await _daemon.StartAsync(CancellationToken.None);
        var answers = new ControlAnswers(_daemon, () => { }, TimeProvider.System);
        _control = new ControlServer(
            SocketPath, answers.AnswerAsync, TimeProvider.System, NullLogger<ControlServer>.Instance);
        _control.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.Set();
        await _control!.StopAsync();
        await _daemon!.StopAsync();
        _control.Dispose();
        _daemon.Dispose();
        _goOn.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Status_answers_and_says_that_the_loop_is_stuck_until_it_goes_on()
    {
        Assert.DoesNotContain(await ProblemsAsync(), problem => IsStuck(problem));
        await StopTheLoopAsync();

        await Await.Until(() => ProblemsAsync().Result.Any(IsStuck), "the loop is reported as stuck");

        _goOn.Set();
        await Await.Until(() => !ProblemsAsync().Result.Any(IsStuck), "the loop is well again");
    }

    [Fact]
    public async Task An_order_is_not_waited_for_for_ever_and_a_pause_is_kept_at_once()
    {
        await StopTheLoopAsync();

        var flows = await AskAsync("flows");
        var pause = await AskAsync("pause");

        Assert.Null(flows.Error);
        Assert.Contains("takes effect when it goes on", pause.Problem, StringComparison.Ordinal);
        Assert.Equal("pause", new PauseFile(_directory).Read(DateTimeOffset.UnixEpoch)?.By);
        Assert.False(_daemon!.Parts.Controller.IsPaused);
        _goOn.Set();
        await Await.Until(() => _daemon.Parts.Controller.IsPaused, "the order is carried out");
    }

    private static bool IsStuck(string problem) =>
        problem.StartsWith("the flow table has not answered for ", StringComparison.Ordinal);

    private async Task StopTheLoopAsync()
    {
        var isStuck = new TaskCompletionSource();
        _daemon!.Parts.Controller.Order(_ =>
        {
            isStuck.SetResult();
            _goOn.Wait();
        });
        await isStuck.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task<IReadOnlyList<string>> ProblemsAsync() => (await AskAsync("status")).Status!.Problems;

    private async Task<ControlResponse> AskAsync(string command) =>
        (await ControlClient.AskAsync(SocketPath, new ControlRequest { Command = command }, CancellationToken.None))!;

    // No switch: the daemon waits for one.
    private AssistConfig Configured()
    {
        var read = Loading.With($$"""
            switch: {eapi: "unix:{{_directory}}/nobody", wait: 10m}
            control: {state_directory: {{_directory}}}
            """);
        Assert.Empty(read.Errors);
        // Any free port.
        return read.Config! with { Listeners = [.. read.Config!.Listeners.Select(each => each with { Port = 0 })] };
    }
}
