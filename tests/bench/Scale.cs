using Assist.Bench.Measurements;

namespace Assist.Bench;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    public static Scale Quick { get; } = new()
    {
        Rounds = 3,
        Stream = 600_000,
        SteadySeconds = 2,
        SlowSeconds = 12,
        IdleSeconds = 5,
        Probes = 30,
        FloodSeconds = 4,
        ProgrammedSeconds = 5,
        Starts = 3,
        WithMatrix = false,
    };

    public static Scale Full { get; } = new()
    {
        Rounds = 9,
        Stream = 2_000_000,
        SteadySeconds = 5,
        SlowSeconds = 60,
        IdleSeconds = 20,
        Probes = 200,
        FloodSeconds = 10,
        ProgrammedSeconds = 30,
        Starts = 9,
        WithMatrix = true,
    };

    /// <summary>Every receiver is measured once in a round, in turns.</summary>
    public required int Rounds { get; init; }

    /// <summary>Messages in one measurement of a stream.</summary>
    public required int Stream { get; init; }
    public required int SteadySeconds { get; init; }

    /// <summary>The switch is read once a minute, which costs something by itself.</summary>
    public required int SlowSeconds { get; init; }
    public required int IdleSeconds { get; init; }

    /// <summary>Single verdicts whose way to the switch is timed.</summary>
    public required int Probes { get; init; }
    public required int FloodSeconds { get; init; }
    public required int ProgrammedSeconds { get; init; }
    public required int Starts { get; init; }

    /// <summary>Every transport with 1 to 100,000 distinct matches and both rule sets.</summary>
    public required bool WithMatrix { get; init; }
}
