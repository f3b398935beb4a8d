namespace Assist.Faults;

/// <summary>One thing that was done to the switch.</summary>
internal sealed record Injected(DateTimeOffset From, DateTimeOffset To, string What);

/// <summary>Does one bad thing after the other to the switch, in an order that the seed gives; each of them comes once
/// before any comes again.</summary>
internal sealed class FaultInjector(Bench bench, Random random, TimeProvider time) : IDisposable
{
    private static readonly string[] s_keys =
        ["flows", "status", "details", "name", "match", "action", "result", "output", "ipSrc", "priority",
            "outInterfaces", "hardTimeout"];

    private readonly List<Injected> _done = [];
    private readonly HashSet<string> _foreign = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Queue<string> _next = new();

    public IReadOnlyList<Injected> Done => _done;

    /// <summary>Names of entries of ours that another writer deleted.</summary>
    public HashSet<string> Deleted { get; } = [];

    /// <summary>Flows of others that must be there at the end.</summary>
    public IReadOnlyCollection<string> Foreign => _foreign;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await WithoutFaultsAsync(InjectAsync);
            await PauseAsync(0.1, 1.2);
        }
    }

    /// <summary>Nothing else is done to the switch meanwhile.</summary>
    public async Task WithoutFaultsAsync(Func<Task> work)
    {
        await _turn.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>The switch as it should be.</summary>
    public async Task HealAsync()
    {
        await bench.OrderAsync("faults");
        await bench.OrderAsync("up");
    }

    private async Task InjectAsync()
    {
        if (_next.Count == 0) _next = new Queue<string>(Shuffled());
        var (what, from) = (_next.Dequeue(), time.GetUtcNow());
        switch (what)
        {
            case "down":
                await bench.OrderAsync("down");
                await PauseAsync(0.2, 4);
                break;
            case "reload":
                await bench.OrderAsync("down");
                await bench.OrderAsync("reload");
                await PauseAsync(0.2, 4);
                break;
            case "clock":
                bench.StepClock(TimeSpan.FromSeconds(random.Next(2) == 0 ? 120 : -120));
                await PauseAsync(1.5, 4);
                bench.StepClock(TimeSpan.Zero);
                break;
            case "drop-table": await bench.OrderAsync("drop-table"); break;
            case "delete": await DeleteOursAsync(); break;
            case "add": await AddForeignAsync(); break;
            default:
                await bench.OrderAsync($"faults {what}");
                await PauseAsync(0.3, 3);
                break;
        }
        await HealAsync();
        _done.Add(new Injected(from, time.GetUtcNow(), what));
    }

    private string[] Shuffled()
    {
        string[] all =
        [
            "down", "reload", "drop-table", "delete", "delete", "add",
            "answer-delay=30s", "request-cost=3s", "hung", "hung=0.5", "failing-rate=0.5", "failing-commands=0.03",
            "fail=action", "deny=match",
            "half-answers=0.5", "garbage=0.5", "other-json=0.5", "break-off=0.5", "gateway-errors=0.7",
            "json-omits-waiting",
            "string-results", "unknown-status=Flow_is_busy", "order-shuffled", $"capacity={random.Next(20, 200)}",
            "wait-for-resources capacity=60",
            $"missing-key={s_keys[random.Next(s_keys.Length)]}", $"renamed-key={s_keys[random.Next(s_keys.Length)]}",
        ];
        // Less than the age at which logs are refused: nothing may come of it.
        if (bench.StepsClock) all = [.. all, "clock", "clock"];
        random.Shuffle(all);
        return all;
    }

    private async Task DeleteOursAsync()
    {
        var names = (await bench.SwitchFlowsAsync()).Select(flow => flow.Name).Where(SwitchFlow.IsOurs).ToArray();
        random.Shuffle(names);
        foreach (var name in names.Take(random.Next(1, 12)))
        {
            lock (Deleted) Deleted.Add(name);
            await bench.OrderAsync($"delete {name}");
        }
    }

    // Persistent and saved, so that it outlives a reload; or gone again.
    private async Task AddForeignAsync()
    {
        if (_foreign.Count > 5 && _foreign.First() is var old && _foreign.Remove(old))
            await bench.OrderAsync($"delete {old}");
        var name = $"MSS_{random.Next(100_000)}";
        _foreign.Add(name);
        await bench.OrderAsync(
            $"add {name} priority {random.Next(5, 70)};match vlan {random.Next(100, 4000)};action drop");
        await bench.OrderAsync("save");
    }

    private Task PauseAsync(double least, double most) =>
        Task.Delay(TimeSpan.FromSeconds(least + random.NextDouble() * (most - least)), time);
}
