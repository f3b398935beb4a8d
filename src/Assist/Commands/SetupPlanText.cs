using System.Text.Json;
using Assist.Outputs.DirectFlow;

namespace Assist.Commands;

/// <summary>What `setup --plan` prints.</summary>
internal static class SetupPlanText
{
    public static void Write(TextWriter output, IReadOnlyList<SetupStep> steps, bool asJson)
    {
        if (asJson)
        {
            output.WriteLine(Json(steps));
            return;
        }
        if (steps.Count == 0) output.WriteLine("nothing to do: the switch is set up");
        foreach (var step in steps)
        {
            output.WriteLine($"! {step.Purpose}");
            foreach (var command in step.Commands)
            {
                output.WriteLine(command.Text);
                if (command.Input is { } input) output.WriteLine(input);
            }
        }
    }

    private static string Json(IReadOnlyList<SetupStep> steps)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var step in steps)
            {
                json.WriteStartObject();
                json.WriteString("purpose", step.Purpose);
                json.WriteStartArray("commands");
                foreach (var command in step.Commands) json.WriteStringValue(command.Text);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
