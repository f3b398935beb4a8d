using System.Text.Json;
using Assist.Logging;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>What `setup --plan` prints: comments of EOS, and between them the lines that would be sent.</summary>
internal static class SetupPlanText
{
    public static void Write(TextWriter output, SetupPlan plan, bool asJson)
    {
        if (asJson)
        {
            var byHand = plan.ByHand.Select(name => new SetupStep($"by hand, if not wanted: no flow {name}", []));
            output.WriteLine(Json([.. plan.Steps, .. byHand]));
            return;
        }
        foreach (var finding in plan.Findings) Comment(output, finding);
        if (plan.IsEmpty) output.WriteLine("nothing to do");
        foreach (var step in plan.Steps) Write(output, step);
    }

    public static void Write(TextWriter output, SetupStep step)
    {
        output.WriteLine($"! {step.Purpose}{(step.NeedsConsent ? " (asks, or --yes)" : "")}");
        foreach (var command in step.Commands)
        {
            output.WriteLine(command.Text);
            if (command.Input is { } input) output.WriteLine(input);
        }
    }

    /// <summary>As a comment of EOS.</summary>
    public static void Comment(TextWriter output, string text) => output.WriteLine($"! {Printable.Of(text)}");

    /// <summary>A list of steps; one without commands is for a person to do.</summary>
    public static string Json(IReadOnlyList<SetupStep> steps)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var step in steps)
            {
                json.WriteStartObject();
                json.WriteString("purpose", step.Purpose);
                json.WriteBoolean("needs_consent", step.NeedsConsent);
                json.WriteStartArray("commands");
                foreach (var command in step.Commands) Write(json, command);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    // As eAPI takes it.
    private static void Write(Utf8JsonWriter json, EapiCommand command)
    {
        if (command.Input is not { } input)
        {
            json.WriteStringValue(command.Text);
            return;
        }
        json.WriteStartObject();
        json.WriteString("cmd", command.Text);
        json.WriteString("input", input);
        json.WriteEndObject();
    }
}
