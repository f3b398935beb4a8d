using System.CommandLine;
using Assist.Configuration;

namespace Assist.Commands;

/// <summary>`--dry-run` of `run` and `start`: a daemon that does everything but write to the switch.</summary>
internal static class DryRun
{
    /// <summary>Begins every line of the log: what it tells of flows has not reached the switch.</summary>
    public const string Mark = "dry run: ";

    // What it remembers is not true of the switch, and must not guide the next real run: pauses, repeats of drops.
    private const string StateDirectory = "dry-run";

    public static Option<bool> Option { get; } = new("--dry-run")
    {
        Description = "Receives, decides and reports as always, reads the switch, and writes nothing to it",
    };

    /// <summary>The configuration as it is, or that of a dry run where one is asked for.</summary>
    public static AssistConfig Of(ParseResult parsed, AssistConfig config) => !parsed.GetValue(Option) ? config
        : config with
        {
            Outputs = config.Outputs with { Eapi = config.Eapi with { IsReadOnly = true } },
            Control = config.Control with
            {
                StateDirectory = Path.Combine(config.Control.StateDirectory, StateDirectory),
            },
        };
}
