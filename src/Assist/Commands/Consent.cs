using Assist.Logging;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>Whether an operator agrees to what is taken away.</summary>
/// <param name="Input">Where the answer comes from; null where nobody can be asked.</param>
internal sealed record Consent(bool IsGiven, TextReader? Input)
{
    public static readonly Consent None = new(false, null);

    /// <summary>What else there is to know before one agrees.</summary>
    public string? Warning { get; init; }

    /// <summary>Given by --yes, or asked for on a terminal.</summary>
    public static Consent Of(bool isGiven) =>
        new(isGiven, Console.IsInputRedirected || Console.IsOutputRedirected ? null : Console.In);

    /// <summary>Shows the steps and asks, once for all of them.</summary>
    public bool To(IReadOnlyList<SetupStep> steps, TextWriter output)
    {
        if (steps.Count == 0) return true;
        if (!IsGiven)
            foreach (var step in steps) SetupPlanText.Write(output, step);
        return To(output);
    }

    /// <summary>The same where the operator has seen what it is about.</summary>
    public bool To(TextWriter output)
    {
        if (Warning is not null) output.WriteLine(Warning);
        if (IsGiven) return true;
        if (Input is null) return false;
        output.Write("Send this to the switch? [y/N] ");
        output.Flush();
        return Input.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
