using Assist.Bench.Measurements;

namespace Assist.Bench;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    /// <summary>Shows that everything can be measured. The figures mean nothing.</summary>
    public static Scale Try { get; } = new()
    {
        Rounds = 1,
        Stream = 56_000,
        SteadySeconds = 1,
        SlowSeconds = 2,
        IdleSeconds = 1,
        Probes = 4,
        FloodSeconds = 1,
        ProgrammedSeconds = 1,
        Starts = 1,
        Statuses = 2,
        WithMatrix = false,
    };

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
        Statuses = 15,
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
        Statuses = 51,
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

    /// <summary>Whole <c>assist status</c> commands.</summary>
    public required int Statuses { get; init; }

    /// <summary>Every transport with 1 to 100,000 distinct matches and both rule sets.</summary>
    public required bool WithMatrix { get; init; }
}
